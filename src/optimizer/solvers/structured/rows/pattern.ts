import type { Arrow } from "./arrow.js";
import { type BlockPattern, blockPatternOf, blockPlace } from "./block-pattern.js";
import { sortedColumns } from "./columns.js";
import { productList, type Products } from "./products.js";
import type { StandardForm } from "./standard-form.js";
import { type Tiles, tilePlace, tilesOf } from "../method/tiles.js";
import { touchesOf, touchPlaces, type Touches } from "./touches.js";

/** Where everything of A·Θ·Aᵀ and its factor lies, and what it is made of; found once per model. */
export interface Pattern {
  readonly blockStart: Int32Array;
  readonly blocks: BlockPattern;
  readonly touches: Touches;
  readonly tiles: Tiles;
  /** Products for the blocks' own rows, for their touches and for the linking rows. */
  readonly own: Products;
  readonly touch: Products;
  readonly link: Products;
}

export const patternOf = (form: StandardForm, arrow: Arrow): Pattern => {
  const rows = arrow.groupStart[0]!;
  const columns = sortedColumns(form.matrix, rows);
  const blocks = blockPatternOf(columns, rows);
  const touches = touchesOf(columns, arrow);
  const tiles = tilesOf(arrow, columns, touches);
  const touchPlace = touchPlaces(touches, rows);
  const [own, touch, link] = [productList(), productList(), productList()];
  for (let column = 0; column < columns.count; column++) {
    const { linkFrom, start, row, value } = columns;
    const end = start[column + 1]!;
    for (let a = start[column]!; a < end; a++)
      for (let b = a; b < end; b++) {
        const factor = value[a]! * value[b]!;
        if (b < linkFrom[column]!) own.add(column, factor, blockPlace(blocks, row[a]!, row[b]!));
        else if (a < linkFrom[column]!) touch.add(column, factor, touchPlace(row[a]!, row[b]! - rows));
        else link.add(column, factor, tilePlace(tiles, row[b]! - rows, row[a]! - rows));
      }
  }
  const products = { own: own.done(), touch: touch.done(), link: link.done() };
  return { blockStart: arrow.blockStart, blocks, touches, tiles, ...products };
};
