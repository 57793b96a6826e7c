import type { Links, Part } from "../method/part.js";
import { type Asked, addWeighted, type Direction, directionTo, emptyDirection, weigh } from "./direction.js";
import { copyInto, type Hint, type Iterate, measure, startingPoint } from "./iterate.js";
import type { NormalEquations } from "./normal-equations.js";
import type { StandardForm } from "./standard-form.js";
import { addChanges, move, shorten } from "./steps.js";

/** A part of plain rows and columns. */
export interface RowsPart extends Part {
  /** The point that was kept last. */
  readonly kept: Iterate;
  /** The point at hand. */
  readonly point: Iterate;
}

/** All that the part works with, made once. */
interface Room {
  readonly point: Iterate;
  readonly kept: Iterate;
  readonly direction: Direction;
  readonly residual: Float64Array;
  readonly reducedCost: Float64Array;
  readonly theta: Float64Array;
  readonly h: Float64Array;
  /** Errors of second order of the affine step: dx·dz and −dx·dw. */
  readonly errorAbove: Float64Array;
  readonly errorUnder: Float64Array;
  /** Right-hand sides of the own rows, as `Links` has them of the linking rows. */
  readonly affine: Float64Array;
  readonly centre: Float64Array;
  readonly second: Float64Array;
  readonly asked: Float64Array;
  readonly room: Float64Array;
}

const roomFor = (form: StandardForm, hint?: Hint): Room => {
  const perColumn = (): Float64Array => new Float64Array(form.cost.length);
  const perRow = (): Float64Array => new Float64Array(form.rhs.length);
  return {
    point: startingPoint(form, hint),
    kept: startingPoint(form),
    direction: emptyDirection(form),
    residual: perRow(),
    reducedCost: perColumn(),
    theta: perColumn(),
    h: perColumn(),
    errorAbove: perColumn(),
    errorUnder: perColumn(),
    affine: perRow(),
    centre: perRow(),
    second: perRow(),
    asked: perRow(),
    room: perRow(),
  };
};

/** Adds to `into` what is behind the own rows of `values`. */
const addLinked = (values: Float64Array, rows: number, into: Float64Array): void => {
  for (let link = 0; link < into.length; link++) into[link]! += values[rows + link]!;
};

/** dz and dw of a step that aims at `mu` less the errors of second order. */
const readDuals = ({ point, direction, errorAbove, errorUnder }: Room, mu: number, share: number): void => {
  const { above, under, z, w } = point;
  const { dx, dz, dw } = direction;
  for (let k = 0; k < dx.length; k++) {
    dz[k] = (mu - share * errorAbove[k]! - z[k]! * dx[k]!) / above[k]! - z[k]!;
    dw[k] = (mu - share * errorUnder[k]! + w[k]! * dx[k]!) / under[k]! - w[k]!;
  }
};

/** The part of plain rows and columns; its first `rows` rows are its own, the others link. */
export const rowsPart = (
  form: StandardForm,
  equations: NormalEquations,
  rows: number,
  hint?: Hint,
): RowsPart => {
  const room = roomFor(form, hint);
  const { point, direction, residual, reducedCost, theta, h } = room;
  const system = { form, equations, theta, rows };

  /** The right-hand side of h: own rows kept, what it leaves of the linking rows added to `linked`. */
  const reduce = (weighted: Float64Array, own: Float64Array, linked: Float64Array): void => {
    addWeighted(system, weighted, own);
    room.room.set(own);
    equations.eliminate(room.room);
    addLinked(room.room, rows, linked);
  };

  const step = (own: Float64Array, links: Links): void => {
    const asked: Asked = { own, residual, h, room: room.room };
    directionTo(system, asked, links, direction);
  };

  return {
    ends: 2 * form.cost.length,
    kept: room.kept,
    point,
    advance(steps, proximal, into) {
      move(point, direction, steps);
      point.y.set(into.links.y, rows);
      measure(form, point, { residual, reducedCost, rows }, into);
      weigh(system, point, proximal);
      equations.factor(theta, into.links);
      room.affine.set(residual);
      room.affine.fill(0, rows);
      reduce(reducedCost, room.affine, into.links.affine);
    },
    predict({ links, sums }) {
      h.set(reducedCost);
      step(room.affine, links);
      readDuals(room, 0, 0);
      shorten(point, direction, sums);
      addChanges(point, direction, sums);
      const { above, under } = point;
      const { dx, dz, dw } = direction;
      for (let k = 0; k < h.length; k++) {
        room.errorAbove[k] = dx[k]! * dz[k]!;
        room.errorUnder[k] = -dx[k]! * dw[k]!;
        h[k] = 1 / under[k]! - 1 / above[k]!;
      }
      room.centre.fill(0);
      reduce(h, room.centre, links.centre);
      for (let k = 0; k < h.length; k++)
        h[k] = room.errorAbove[k]! / above[k]! - room.errorUnder[k]! / under[k]!;
      room.second.fill(0);
      reduce(h, room.second, links.second);
    },
    correct(mu, { links, sums }) {
      const { above, under } = point;
      for (let k = 0; k < h.length; k++)
        h[k] =
          reducedCost[k]! - (mu - room.errorAbove[k]!) / above[k]! + (mu - room.errorUnder[k]!) / under[k]!;
      for (let row = 0; row < rows; row++)
        room.asked[row] = room.affine[row]! + mu * room.centre[row]! + room.second[row]!;
      step(room.asked, links);
      readDuals(room, mu, 1);
      shorten(point, direction, sums);
    },
    keep() {
      copyInto(point, room.kept);
    },
  };
};
