/** Products to add up: target[k] += factor[k]·θ[column[k]]. */
export interface Products {
  readonly column: Int32Array;
  readonly factor: Float64Array;
  readonly target: Int32Array;
}

/** Products that are gathered one by one. */
export interface ProductList {
  add(column: number, factor: number, target: number): void;
  done(): Products;
}

export const productList = (): ProductList => {
  const columns: number[] = [];
  const factors: number[] = [];
  const targets: number[] = [];
  return {
    add(column, factor, target) {
      columns.push(column);
      factors.push(factor);
      targets.push(target);
    },
    done: () => ({
      column: Int32Array.from(columns),
      factor: Float64Array.from(factors),
      target: Int32Array.from(targets),
    }),
  };
};

export const addUp = (
  { column, factor, target }: Products,
  theta: Float64Array,
  into: Float64Array,
): void => {
  for (let k = 0; k < column.length; k++) into[target[k]!]! += factor[k]! * theta[column[k]!]!;
};
