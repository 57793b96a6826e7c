// The three passes of plain-kernel.ts, two sessions at once, and the factor of S, for WebAssembly with two
// numbers per instruction: pairs.ts lays two sessions of a gate over the same slots, one number of each side by
// side. plain-kernel.ts says what each step is for; names are the same. Built by `npm run kernel` into
// kernel-wasm.ts; test/optimizer/structured/kernel.test.ts holds both to agree.

typedef double v2 __attribute__((vector_size(16), aligned(8)));
typedef long long m2 __attribute__((vector_size(16), aligned(8)));

enum { FIRST_SLOT, SLOTS, ROWS, IS_TWO_WAY, FIRST_COLUMN, FIRST_ROW, EXTRAS, FIRST_EXTRA, FIRST_POWER, GATE, FIELDS };

// In the order in which wasm-kernel.ts writes it.
typedef struct {
  int slots, widest;
  const int *field, *main;
  v2 *above, *under, *z, *w, *cost, *theta, *reduced, *dx, *affineDx;
  v2 *gain, *tie;
  v2 *y, *dy, *rhs, *link, *pivot, *ratio, *affine, *centre, *second;
  double *pullIn, *pullOut, *takenIn, *takenOut, *weightIn, *weightOut;
  double *affineIn, *affineOut, *centreIn, *centreOut, *secondIn, *secondOut;
  const int *net, *charge, *discharge;
  const double *tileOffset;
  const int *tileWidth;
  double *schur, *room, *sums;
} Fleet;

enum { OBJECTIVE, BOUND, PRODUCTS, WORST, WORST_SHARE, PRIMAL, DUAL, DUAL_CHANGE, PRIMAL_CHANGE, BOTH_CHANGE };

// As in kernel.ts.
#define LEAST_PRODUCT 0.5
// Share of a product of ratios below which what is left of a coupling is rounding.
#define NOTHING 1e-17
// Rows and columns of S that are taken from together, and sessions.
#define BLOCK 4
#define MOST_STRANDS 24
#define INLINE static inline __attribute__((always_inline))

// Where the numbers of the pair at hand lie, and room for it: numbers per place, and one of no place.
typedef struct {
  int n, m, powers, places, extras, isChain, gate, number;
  const int *main;
  v2 *above, *under, *z, *w, *cost, *theta, *reduced, *dx, *affineDx;
  v2 *gain, *tie;
  v2 *y, *dy, *rhs, *link, *pivot, *ratio, *affine, *centre, *second;
  v2 *sumA, *sumB, *sumC, *weight, *pull, *inverse;
  double *strands, *coupled;
} Seat;

INLINE v2 both(double value) { return (v2){value, value}; }
INLINE double add(v2 value) { return value[0] + value[1]; }
INLINE double larger(double a, double b) { return a > b ? a : b; }
INLINE v2 largest(v2 a, v2 b) { return __builtin_wasm_pmax_f64x2(a, b); }
INLINE v2 smallest(v2 a, v2 b) { return __builtin_wasm_pmin_f64x2(a, b); }
// What has no gain cannot move: nothing of it counts.
INLINE v2 open(v2 value, v2 gain) { return (v2)((m2)value & (m2)(gain != both(0))); }

INLINE Seat seat_of(const Fleet *f, int pair) {
  const int *field = f->field + pair * FIELDS;
  const int column = field[FIRST_COLUMN], row = field[FIRST_ROW], power = field[FIRST_POWER];
  Seat s;
  s.n = field[SLOTS];
  s.m = field[ROWS];
  s.powers = field[IS_TWO_WAY] ? 2 * s.n : s.n;
  s.places = s.powers + s.m;
  s.extras = field[EXTRAS];
  s.isChain = s.m == s.n;
  s.number = field[GATE];
  s.gate = field[GATE] * f->slots + field[FIRST_SLOT];
  s.main = f->main + 2 * field[FIRST_EXTRA];
  s.above = f->above + column, s.under = f->under + column, s.z = f->z + column, s.w = f->w + column;
  s.cost = f->cost + column, s.theta = f->theta + column, s.reduced = f->reduced + column;
  s.dx = f->dx + column, s.affineDx = f->affineDx + column;
  s.gain = f->gain + power, s.tie = f->tie + power;
  s.y = f->y + row, s.dy = f->dy + row, s.rhs = f->rhs + row, s.link = f->link + row;
  s.pivot = f->pivot + row, s.ratio = f->ratio + row;
  s.affine = f->affine + row, s.centre = f->centre + row, s.second = f->second + row;
  const int wide = 3 * f->slots + 1;
  s.sumA = (v2 *)f->room;
  s.sumB = s.sumA + wide;
  s.sumC = s.sumB + wide;
  s.weight = s.sumC + wide;
  s.pull = s.weight + wide;
  s.inverse = s.pull + wide;
  s.strands = (double *)(s.inverse + f->slots);
  s.coupled = s.strands + MOST_STRANDS * 2 * (f->widest + BLOCK);
  return s;
}

// Aᵀ·y at every place, and 0 where there is none.
INLINE void read_pull(const Fleet *f, const Seat *s, const v2 *own) {
  const double *in = f->pullIn + s->gate, *out = f->pullOut + s->gate;
  v2 *restrict pull = s->pull;
  const v2 *gain = s->gain;
  for (int k = 0; k < s->n; k++) pull[k] = open(gain[k] * own[s->isChain ? k : 0] + both(in[k]), gain[k]);
  for (int k = 0; s->n + k < s->powers; k++)
    pull[s->n + k] = open(gain[s->n + k] * own[k] + both(out[k]), gain[s->n + k]);
  v2 *energy = pull + s->powers;
  for (int k = 0; k + 1 < s->m; k++) energy[k] = s->link[k] * own[k + 1] - own[k];
  energy[s->m - 1] = -own[s->m - 1];
  pull[s->places] = both(0);
}

// What each of both sessions has at the places of an extra.
INLINE v2 at_places(const v2 *values, const int *place) {
  return (v2){values[place[0]][0], values[place[1]][1]};
}

// Adds what an extra has to the places whose price it continues.
INLINE void add_extra(v2 *values, const int *place, v2 more) {
  if (place[0] == place[1]) {
    values[place[0]] += more;
    return;
  }
  values[place[0]][0] += more[0];
  values[place[1]][1] += more[1];
}

// Row k of a chain: A·(sum over places).
INLINE v2 row_of(const Seat *s, const v2 *sum, int k) {
  v2 total = s->gain[k] * sum[k] - sum[s->powers + k];
  if (s->powers > s->n) total += s->gain[s->n + k] * sum[s->n + k];
  if (k > 0) total += s->link[k - 1] * sum[s->powers + k - 1];
  return total;
}

// The row of a request.
INLINE v2 only_row_of(const Seat *s, const v2 *sum) {
  v2 total = -sum[s->powers];
  for (int k = 0; k < s->n; k++) total += s->gain[k] * sum[k];
  return total;
}

// Adds sums over places that can move to those of the gate.
INLINE void add_to_gate(const Seat *s, double *in, double *out, int k, const v2 *sum) {
  in[s->gate + k] += add(open(sum[k], s->gain[k]));
  if (s->powers > s->n) out[s->gate + k] += add(open(sum[s->n + k], s->gain[s->n + k]));
}

// The same of a right-hand side whose own rows are solved.
INLINE void add_rest_to_gate(const Seat *s, double *in, double *out, int k, const v2 *sum, v2 solved) {
  in[s->gate + k] += add(open(sum[k] - s->tie[k] * solved, s->gain[k]));
  if (s->powers > s->n)
    out[s->gate + k] += add(open(sum[s->n + k] - s->tie[s->n + k] * solved, s->gain[s->n + k]));
}

// A session's part of S below its diagonal is u·vᵀ, as long as no coupling in between is nothing: u and v by
// place among the gate's rows, from `from` up to `to`, both multiples of BLOCK.
typedef struct {
  int from, to;
  const double *u, *v;
} Strand;

// A product of ratios below this would be lost with its inverse.
#define TOO_SMALL 1e-140

// Strands of one gate that wait to be taken from S together, while their numbers are near.
typedef struct {
  int count, number;
  // Where strands lie, and where the next does.
  double *room, *next;
  Strand strands[MOST_STRANDS];
} Batch;

// S −= Σ u·vᵀ over one block of rows and one of columns.
static void take_block(double *tile, int width, const Batch *b, int row, int column) {
  v2 sum[BLOCK][2];
  for (int r = 0; r < BLOCK; r++) sum[r][0] = sum[r][1] = both(0);
  for (int k = 0; k < b->count; k++) {
    const Strand *strand = b->strands + k;
    if (row >= strand->to || column < strand->from) continue;
    const double *u = strand->u + row, *v = strand->v + column;
    const v2 left = *(const v2 *)v, right = *(const v2 *)(v + 2);
    for (int r = 0; r < BLOCK; r++) {
      const v2 factor = both(u[r]);
      sum[r][0] += factor * left;
      sum[r][1] += factor * right;
    }
  }
  for (int r = 0; r < BLOCK && row + r < width; r++) {
    double *line = tile + (long)(row + r) * width + column;
    const double values[BLOCK] = {sum[r][0][0], sum[r][0][1], sum[r][1][0], sum[r][1][1]};
    for (int c = 0; c < BLOCK && column + c <= row + r; c++) line[c] -= values[c];
  }
}

static void flush(const Fleet *f, Batch *b) {
  int from = 1 << 30, to = 0;
  for (int k = 0; k < b->count; k++) {
    if (b->strands[k].from < from) from = b->strands[k].from;
    if (b->strands[k].to > to) to = b->strands[k].to;
  }
  double *tile = f->schur + (long)f->tileOffset[b->number];
  const int width = f->tileWidth[b->number];
  for (int row = from; row < to; row += BLOCK)
    for (int column = from; column <= row; column += BLOCK) take_block(tile, width, b, row, column);
  b->count = 0;
  b->next = b->room;
}

// The gate's rows that a slot's powers stand in, by place (-1: none), and what ties each to the slot's own row.
typedef struct {
  int place[2];
  double tie[2];
} Ties;

INLINE Ties ties_of(const Fleet *f, const Seat *s, int lane, int k) {
  const int net = f->net[s->gate + k];
  const double in = s->tie[k][lane], out = s->powers > s->n ? s->tie[s->n + k][lane] : 0;
  if (net >= 0) return (Ties){{net, -1}, {in - out, 0}};
  return (Ties){{f->charge[s->gate + k], f->discharge[s->gate + k]}, {in, out}};
}

// Takes what is coupled so far, scaled, from the rows of one session whose products cannot be told apart.
static void add_schur_by_rows(const Fleet *f, const Seat *s, int lane) {
  double *tile = f->schur + (long)f->tileOffset[s->number], *coupled = s->coupled;
  const int width = f->tileWidth[s->number];
  for (int c = 0; c < width; c++) coupled[c] = 0;
  for (int k = 0; k < s->n; k++) {
    if (k > 0)
      for (int c = 0; c < width; c++) coupled[c] *= s->ratio[k - 1][lane];
    const Ties t = ties_of(f, s, lane, k);
    for (int side = 0; side < 2; side++)
      if (t.tie[side] != 0 && t.place[side] >= 0) coupled[t.place[side]] = t.tie[side];
    for (int side = 0; side < 2; side++) {
      const int place = t.place[side];
      const double part = t.tie[side] * s->inverse[k][lane];
      if (place < 0 || part == 0) continue;
      for (int c = 0; c <= place; c++) tile[(long)place * width + c] -= part * coupled[c];
    }
  }
}

static double *begin_strand(const Fleet *f, Batch *b, const Seat *s, int place) {
  const int wide = f->tileWidth[s->number] + BLOCK;
  if (b->count > 0 && (b->number != s->number || b->count == MOST_STRANDS)) flush(f, b);
  b->number = s->number;
  Strand *strand = b->strands + b->count++;
  strand->from = strand->to = place / BLOCK * BLOCK;
  double *u = b->next, *v = u + wide;
  for (int c = 0; c < 2 * wide; c++) u[c] = 0;
  strand->u = u;
  strand->v = v;
  b->next = v + wide;
  return u;
}

// S −= G·M⁻¹·Gᵀ of one session of the pair: strands for the batch.
static void add_schur(const Fleet *f, const Seat *s, int lane, Batch *b) {
  const int wide = f->tileWidth[s->number] + BLOCK;
  double product = 1;
  for (int k = 0; s->isChain && k + 1 < s->n; k++) {
    const double ratio = s->ratio[k][lane];
    product = ratio < NOTHING ? 1 : product * ratio;
    if (product < TOO_SMALL) return add_schur_by_rows(f, s, lane);
  }
  double *u = 0;
  product = 1;
  for (int k = 0; k < s->n; k++) {
    if (s->isChain && k > 0) {
      const double ratio = s->ratio[k - 1][lane];
      product *= ratio;
      if (ratio < NOTHING) {
        product = 1;
        u = 0;
      }
    }
    const Ties t = ties_of(f, s, lane, k);
    const double known = s->inverse[s->isChain ? k : 0][lane] * product, inverse = 1 / product;
    for (int side = 0; side < 2; side++) {
      const int place = t.place[side];
      const double tie = t.tie[side];
      if (place < 0 || tie == 0) continue;
      if (!u) u = begin_strand(f, b, s, place);
      u[place] = tie * known;
      u[wide + place] = tie * inverse;
      Strand *strand = b->strands + b->count - 1;
      const int from = place / BLOCK * BLOCK;
      if (from < strand->from) strand->from = from;
      if (from + BLOCK > strand->to) strand->to = from + BLOCK;
    }
  }
}

typedef struct {
  v2 products, objective, bound;
} Measured;

// Goes the last step at a column, weighs it and prices it; returns Θ and the new distance by reference.
INLINE void advance_column(const Seat *s, int c, v2 pull, const v2 *steps, Measured *told, v2 *a, v2 *t, v2 *tr) {
  const v2 primal = steps[0], dual = steps[1], proximal = steps[2], mu = steps[3], one = both(1);
  const v2 oldA = s->above[c], oldD = s->under[c], oldZ = s->z[c], oldW = s->w[c], dx = s->dx[c];
  // The changes of the duals are those of `correct`, formed again: cheaper than kept.
  const v2 per = one / (oldA * oldD), perA = per * oldD, perD = per * oldA;
  const v2 beforeA = s->affineDx[c] * perA, beforeD = s->affineDx[c] * perD;
  const v2 aimA = mu * perA + oldZ * beforeA * (one + beforeA);
  const v2 aimD = mu * perD - oldW * beforeD * (one - beforeD);
  const v2 above = oldA + primal * dx, under = oldD - primal * dx, ad = above * under;
  const v2 least = both(LEAST_PRODUCT) * mu / ad;
  const v2 z = largest(oldZ + dual * (aimA - oldZ * (one + dx * perA)), least * under);
  const v2 w = largest(oldW + dual * (aimD - oldW * (one - dx * perD)), least * above);
  const v2 theta = ad / (z * under + w * above + proximal * ad);
  const v2 cost = s->cost[c], reduced = cost - pull;
  s->above[c] = above;
  s->under[c] = under;
  s->z[c] = z;
  s->w[c] = w;
  s->theta[c] = theta;
  s->reduced[c] = reduced;
  told->products += above * z + under * w;
  told->objective += cost * above;
  told->bound += smallest(reduced, both(0)) * (above + under);
  *a = above;
  *t = theta;
  *tr = theta * reduced;
}

INLINE void advance_columns(const Seat *s, const v2 *steps, Measured *told) {
  for (int c = 0; c < s->places; c++)
    advance_column(s, c, s->pull[c], steps, told, s->sumA + c, s->weight + c, s->sumB + c);
  for (int x = 0; x < s->extras; x++) {
    const int *place = s->main + 2 * x;
    v2 a, t, tr;
    advance_column(s, s->places + x, at_places(s->pull, place), steps, told, &a, &t, &tr);
    add_extra(s->sumA, place, a);
    add_extra(s->weight, place, t);
    add_extra(s->sumB, place, tr);
  }
  for (int k = 0; k < s->powers; k++) s->tie[k] = s->gain[k] * s->weight[k];
}

typedef struct {
  v2 bound, worst, share;
} Residuals;

// What is left of a row; `affine` then is the right-hand side of the affine step.
INLINE v2 measure_row(const Seat *s, int k, v2 sumA, v2 sumB, Residuals *told) {
  const v2 rhs = s->rhs[k], left = rhs - sumA, size = __builtin_wasm_abs_f64x2(left);
  told->bound += s->y[k] * rhs;
  told->worst = largest(told->worst, size);
  told->share = largest(told->share, size / (both(1) + __builtin_wasm_abs_f64x2(rhs)));
  return s->affine[k] = left + sumB;
}

// M = L·D·Lᵀ and the diagonal of its inverse, and the affine right-hand side eliminated with it.
INLINE void factor_chain(const Fleet *f, const Seat *s, Residuals *told) {
  const v2 *weight = s->weight + s->powers;
  v2 rest = both(0), before = both(0), ratio = both(0), *solved = s->pull;
  for (int k = 0; k < s->n; k++) {
    rest += s->gain[k] * s->tie[k];
    if (s->powers > s->n) rest += s->gain[s->n + k] * s->tie[s->n + k];
    before = measure_row(s, k, row_of(s, s->sumA, k), row_of(s, s->sumB, k), told) + ratio * before;
    solved[k] = before;
    const v2 own = both(1) / (rest + weight[k]);
    s->pivot[k] = own;
    s->ratio[k] = ratio = s->link[k] * weight[k] * own;
    rest *= ratio;
  }
  v2 inverse = both(0), after = both(0);
  for (int k = s->n - 1; k >= 0; k--) {
    const v2 pivot = s->pivot[k], share = s->ratio[k];
    s->inverse[k] = inverse = pivot + share * share * inverse;
    after = solved[k] * pivot + share * after;
    add_to_gate(s, f->takenIn, f->takenOut, k, s->sumA);
    add_to_gate(s, f->weightIn, f->weightOut, k, s->weight);
    add_rest_to_gate(s, f->affineIn, f->affineOut, k, s->sumB, after);
  }
}

INLINE void factor_request(const Fleet *f, const Seat *s, Residuals *told) {
  v2 total = s->weight[s->powers];
  for (int k = 0; k < s->n; k++) total += s->gain[k] * s->tie[k];
  const v2 pivot = both(1) / total;
  s->pivot[0] = s->inverse[0] = pivot;
  s->ratio[0] = both(0);
  const v2 solved = pivot * measure_row(s, 0, only_row_of(s, s->sumA), only_row_of(s, s->sumB), told);
  for (int k = 0; k < s->n; k++) {
    add_to_gate(s, f->takenIn, f->takenOut, k, s->sumA);
    add_to_gate(s, f->weightIn, f->weightOut, k, s->weight);
    add_rest_to_gate(s, f->affineIn, f->affineOut, k, s->sumB, solved);
  }
}

__attribute__((export_name("advance")))
void advance(const Fleet *f, double primal, double dual, double proximal, double mu, int first, int end) {
  Batch batch, *b = &batch;
  b->count = 0;
  b->next = b->room = seat_of(f, first).strands;
  const v2 steps[4] = {both(primal), both(dual), both(proximal), both(mu)};
  Measured told = {both(0), both(0), both(0)};
  Residuals left = {both(0), both(f->sums[WORST]), both(f->sums[WORST_SHARE])};
  for (int pair = first; pair < end; pair++) {
    const Seat seat = seat_of(f, pair), *s = &seat;
    for (int k = 0; k < s->m; k++) s->y[k] += steps[1] * s->dy[k];
    read_pull(f, s, s->y);
    advance_columns(s, steps, &told);
    if (s->isChain) factor_chain(f, s, &left);
    else factor_request(f, s, &left);
    add_schur(f, s, 0, b);
    add_schur(f, s, 1, b);
  }
  if (b->count > 0) flush(f, b);
  f->sums[PRODUCTS] += add(told.products);
  f->sums[OBJECTIVE] += add(told.objective);
  f->sums[BOUND] += add(told.bound) + add(left.bound);
  f->sums[WORST] = larger(left.worst[0], left.worst[1]);
  f->sums[WORST_SHARE] = larger(left.share[0], left.share[1]);
}

// Change of the own multipliers, for right-hand sides in dy and the change of the gate's.
INLINE void resolve(const Fleet *f, const Seat *s) {
  const double *in = f->pullIn + s->gate, *out = f->pullOut + s->gate;
  v2 *dy = s->dy;
  if (!s->isChain) {
    v2 total = dy[0];
    for (int k = 0; k < s->n; k++) total -= s->tie[k] * both(in[k]);
    dy[0] = total * s->pivot[0];
    return;
  }
  v2 before = both(0), after = both(0);
  for (int k = 0; k < s->n; k++) {
    v2 value = dy[k] - s->tie[k] * both(in[k]);
    if (s->powers > s->n) value -= s->tie[s->n + k] * both(out[k]);
    if (k > 0) value += s->ratio[k - 1] * before;
    dy[k] = before = value;
  }
  for (int k = s->n - 1; k >= 0; k--) dy[k] = after = dy[k] * s->pivot[k] + s->ratio[k] * after;
}

typedef struct {
  v2 primal, dual, dualChange, primalChange, bothChange;
} Shown;

// The affine step at a column, and the right-hand sides for one unit of centring and for its error of second order.
INLINE void predict_column(const Seat *s, int c, v2 pull, Shown *told, v2 *dx, v2 *centre, v2 *second) {
  const v2 one = both(1), a = s->above[c], d = s->under[c], z = s->z[c], w = s->w[c], t = s->theta[c];
  const v2 per = one / (a * d), perA = per * d, perD = per * a;
  const v2 step = t * (pull - s->reduced[c]), toA = step * perA, toD = step * perD;
  const v2 stepZ = -z * (one + toA), stepW = -w * (one - toD);
  told->primal = largest(told->primal, largest(-toA, toD));
  told->dual = largest(told->dual, largest(one + toA, one - toD));
  told->dualChange += a * stepZ + d * stepW;
  told->primalChange += (z - w) * step;
  told->bothChange += step * (stepZ - stepW);
  s->affineDx[c] = step;
  *dx = step;
  *centre = t * (perD - perA);
  *second = t * (stepZ * toA + stepW * toD);
}

INLINE void predict_columns(const Seat *s, Shown *told) {
  for (int c = 0; c < s->places; c++)
    predict_column(s, c, s->pull[c], told, s->sumA + c, s->sumB + c, s->sumC + c);
  for (int x = 0; x < s->extras; x++) {
    const int *place = s->main + 2 * x;
    v2 dx, centre, second;
    predict_column(s, s->places + x, at_places(s->pull, place), told, &dx, &centre, &second);
    add_extra(s->sumA, place, dx);
    add_extra(s->sumB, place, centre);
    add_extra(s->sumC, place, second);
  }
}

// Both right-hand sides: own rows, and what is left of the gate's once they are solved.
INLINE void reduce_chain(const Fleet *f, const Seat *s) {
  v2 centre = both(0), second = both(0), *one = s->pull, *two = s->weight;
  for (int k = 0; k < s->n; k++) {
    const v2 ratio = k > 0 ? s->ratio[k - 1] : both(0);
    one[k] = centre = (s->centre[k] = row_of(s, s->sumB, k)) + ratio * centre;
    two[k] = second = (s->second[k] = row_of(s, s->sumC, k)) + ratio * second;
  }
  centre = second = both(0);
  for (int k = s->n - 1; k >= 0; k--) {
    const v2 pivot = s->pivot[k], ratio = s->ratio[k];
    centre = one[k] * pivot + ratio * centre;
    second = two[k] * pivot + ratio * second;
    add_to_gate(s, f->takenIn, f->takenOut, k, s->sumA);
    add_rest_to_gate(s, f->centreIn, f->centreOut, k, s->sumB, centre);
    add_rest_to_gate(s, f->secondIn, f->secondOut, k, s->sumC, second);
  }
}

INLINE void reduce_request(const Fleet *f, const Seat *s) {
  const v2 centre = s->pivot[0] * (s->centre[0] = only_row_of(s, s->sumB));
  const v2 second = s->pivot[0] * (s->second[0] = only_row_of(s, s->sumC));
  for (int k = 0; k < s->n; k++) {
    add_to_gate(s, f->takenIn, f->takenOut, k, s->sumA);
    add_rest_to_gate(s, f->centreIn, f->centreOut, k, s->sumB, centre);
    add_rest_to_gate(s, f->secondIn, f->secondOut, k, s->sumC, second);
  }
}

__attribute__((export_name("predict")))
void predict(const Fleet *f, int first, int end) {
  // Largest shares by which a full step would overshoot; 1 is a full step.
  Shown told = {both(1 / f->sums[PRIMAL]), both(1 / f->sums[DUAL]), both(0), both(0), both(0)};
  for (int pair = first; pair < end; pair++) {
    const Seat seat = seat_of(f, pair), *s = &seat;
    for (int k = 0; k < s->m; k++) s->dy[k] = s->affine[k];
    resolve(f, s);
    read_pull(f, s, s->dy);
    predict_columns(s, &told);
    if (s->isChain) reduce_chain(f, s);
    else reduce_request(f, s);
  }
  f->sums[PRIMAL] = 1 / larger(told.primal[0], told.primal[1]);
  f->sums[DUAL] = 1 / larger(told.dual[0], told.dual[1]);
  f->sums[DUAL_CHANGE] += add(told.dualChange);
  f->sums[PRIMAL_CHANGE] += add(told.primalChange);
  f->sums[BOTH_CHANGE] += add(told.bothChange);
}

INLINE v2 correct_column(const Seat *s, int c, v2 pull, v2 mu, Shown *told) {
  const v2 one = both(1), a = s->above[c], d = s->under[c], z = s->z[c], w = s->w[c];
  const v2 per = one / (a * d), perA = per * d, perD = per * a, perZW = one / (z * w);
  const v2 beforeA = s->affineDx[c] * perA, beforeD = s->affineDx[c] * perD;
  // mu less the error of second order of the affine step, dx·dz and −dx·dw, per distance.
  const v2 aimA = mu * perA + z * beforeA * (one + beforeA);
  const v2 aimD = mu * perD - w * beforeD * (one - beforeD);
  const v2 step = s->theta[c] * (pull - s->reduced[c] + aimA - aimD), toA = step * perA, toD = step * perD;
  const v2 stepZ = aimA - z * (one + toA), stepW = aimD - w * (one - toD);
  told->primal = largest(told->primal, largest(-toA, toD));
  told->dual = largest(told->dual, largest(-stepZ * w * perZW, -stepW * z * perZW));
  return s->dx[c] = step;
}

__attribute__((export_name("correct")))
void correct(const Fleet *f, double mu, int first, int end) {
  Shown told = {both(1 / f->sums[PRIMAL]), both(1 / f->sums[DUAL])};
  for (int pair = first; pair < end; pair++) {
    const Seat seat = seat_of(f, pair), *s = &seat;
    for (int k = 0; k < s->m; k++) s->dy[k] = s->affine[k] + both(mu) * s->centre[k] + s->second[k];
    resolve(f, s);
    read_pull(f, s, s->dy);
    for (int c = 0; c < s->places; c++) s->sumA[c] = correct_column(s, c, s->pull[c], both(mu), &told);
    for (int x = 0; x < s->extras; x++) {
      const int *place = s->main + 2 * x;
      add_extra(s->sumA, place, correct_column(s, s->places + x, at_places(s->pull, place), both(mu), &told));
    }
    for (int k = 0; k < s->n; k++) add_to_gate(s, f->takenIn, f->takenOut, k, s->sumA);
  }
  f->sums[PRIMAL] = 1 / larger(told.primal[0], told.primal[1]);
  f->sums[DUAL] = 1 / larger(told.dual[0], told.dual[1]);
}

static double dot(const double *restrict a, const double *restrict b, int length) {
  v2 one = both(0), two = both(0);
  int k = 0;
  for (; k + 3 < length; k += 4) {
    one += *(const v2 *)(a + k) * *(const v2 *)(b + k);
    two += *(const v2 *)(a + k + 2) * *(const v2 *)(b + k + 2);
  }
  double total = add(one + two);
  for (; k < length; k++) total += a[k] * b[k];
  return total;
}

// x·Lᵀ = row from the first column to the last, in place; what stands before the first is 0.
static void divide_row(double *row, const double *corner, int size, int first, int end) {
  for (int c = first; c < end; c++) {
    const double *other = corner + (long)c * size;
    row[c] = (row[c] - dot(row, other, c)) / other[c];
  }
}

// Rows of which products are formed together, and other rows: what is read once serves all of them.
#define TALL 4
#define WIDE 2

// The same for TALL rows; the first column is even.
static void divide_rows(double *rows, const double *corner, int size, int first, int end) {
  double *row[TALL];
  for (int i = 0; i < TALL; i++) row[i] = rows + (long)i * size;
  for (int c = first; c < end; c++) {
    const double *other = corner + (long)c * size;
    v2 sum[TALL] = {both(0), both(0), both(0), both(0)};
    int k = first;
    for (; k + 1 < c; k += 2) {
      const v2 factor = *(const v2 *)(other + k);
      for (int i = 0; i < TALL; i++) sum[i] += factor * *(const v2 *)(row[i] + k);
    }
    for (int i = 0; i < TALL; i++) {
      const double rest = k < c ? other[k] * row[i][k] : 0;
      row[i][c] = (row[i][c] - add(sum[i]) - rest) / other[c];
    }
  }
}

#define NO_PIVOT 1e-13
#define HUGE 1e64

static void factor_diagonal(double *tile, const double *whole, int size) {
  for (int r = 0; r < size; r++) {
    double *row = tile + (long)r * size;
    const int known = r - r % TALL;
    if (r == known && r + TALL <= size) divide_rows(row, tile, size, 0, r);
    divide_row(row, tile, size, known + TALL <= size ? known : 0, r);
    const double pivot = row[r] - dot(row, row, r);
    row[r] = pivot > NO_PIVOT * whole[r] ? __builtin_sqrt(pivot) : HUGE;
  }
}

// The least of some first columns, made even.
static int least(const int *first, int count) {
  int found = first[0];
  for (int i = 1; i < count; i++)
    if (first[i] < found) found = first[i];
  return found & ~1;
}

// Rows of a tile below a diagonal one: X·Lᵀ = rows.
static void divide_tile(double *tile, const double *corner, int size, int rows, const int *first) {
  int r = 0;
  for (; r + TALL <= rows; r += TALL) divide_rows(tile + (long)r * size, corner, size, least(first + r, TALL), size);
  for (; r < rows; r++) divide_row(tile + (long)r * size, corner, size, first[r], size);
}

// Products of TALL rows with WIDE others, from an even column on, taken from the target: of row i only up to
// column width + i.
static void take_products(double *target, const double *lower, const double *upper, int size, int first, int columns, int width) {
  v2 sum[TALL][WIDE];
  for (int i = 0; i < TALL; i++)
    for (int j = 0; j < WIDE; j++) sum[i][j] = both(0);
  int k = first;
  for (; k + 1 < size; k += 2) {
    v2 other[WIDE];
    for (int j = 0; j < WIDE; j++) other[j] = *(const v2 *)(upper + (long)j * size + k);
    for (int i = 0; i < TALL; i++) {
      const v2 factor = *(const v2 *)(lower + (long)i * size + k);
      for (int j = 0; j < WIDE; j++) sum[i][j] += factor * other[j];
    }
  }
  for (int i = 0; i < TALL; i++)
    for (int j = 0; j < WIDE; j++) {
      const double rest = k < size ? lower[(long)i * size + k] * upper[(long)j * size + k] : 0;
      if (j <= width + i) target[(long)i * columns + j] -= add(sum[i][j]) + rest;
    }
}

// A tile of the factor: its numbers, its rows, and where each begins to hold anything.
typedef struct {
  const double *at;
  int rows;
  const int *first;
} Factor;

// target −= lower·upperᵀ; of a tile on the diagonal only the lower half.
static void take_tile(double *target, Factor lower, Factor upper, int size) {
  const int isHalf = lower.at == upper.at, columns = upper.rows;
  for (int r = 0; r < lower.rows; r += TALL) {
    const int isWhole = r + TALL <= lower.rows, last = isWhole ? r + TALL : lower.rows;
    const int own = least(lower.first + r, last - r);
    int c = 0;
    for (; isWhole && c + WIDE <= columns && (!isHalf || c < last); c += WIDE) {
      const int other = least(upper.first + c, WIDE);
      take_products(target + (long)r * columns + c, lower.at + (long)r * size, upper.at + (long)c * size, size,
                    own > other ? own : other, columns, isHalf ? r - c : WIDE);
    }
    for (int row = r; row < last; row++)
      for (int column = c; column < (isHalf ? row + 1 : columns); column++)
        target[(long)row * columns + column] -= dot(lower.at + (long)row * size, upper.at + (long)column * size, size);
  }
}

// L·x = x, in place.
static void solve_lower(const double *tile, double *x, int size) {
  for (int r = 0; r < size; r++) {
    const double *row = tile + (long)r * size;
    x[r] = (x[r] - dot(row, x, r)) / row[r];
  }
}

// into −= known·row.
static void take_row(double *restrict into, const double *restrict row, double known, int first, int end) {
  const v2 factor = both(known);
  int k = first;
  for (; k + 1 < end; k += 2) *(v2 *)(into + k) -= factor * *(const v2 *)(row + k);
  for (; k < end; k++) into[k] -= known * row[k];
}

// Lᵀ·x = x, in place.
static void solve_upper(const double *tile, double *x, int size) {
  for (int r = size - 1; r >= 0; r--) {
    const double *row = tile + (long)r * size;
    x[r] /= row[r];
    take_row(x, row, x[r], 0, r);
  }
}

// The Schur complement as tiles.ts has it, in the order in which wasm-cholesky.ts writes it. What groups from
// `shared` on are left with is added up apart where another thread adds to it as well.
typedef struct {
  const int *start, *diagonal, *below, *group, *offset, *firstAt, *first;
  double *schur;
  const double *whole;
  int shared;
  double *apart, *apartRhs;
} Tiles;

INLINE int width_of(const Tiles *t, int group) { return t->start[group + 1] - t->start[group]; }

// Where the tile of two groups is taken from.
static double *target_of(const Tiles *t, int lower, int upper) {
  int offset = t->diagonal[upper];
  if (lower != upper) {
    int at = t->below[upper];
    while (t->group[at] != lower) at++;
    offset = t->offset[at];
  }
  return upper < t->shared || !t->apart ? t->schur + offset : t->apart + (offset - t->diagonal[t->shared]);
}

INLINE double *rhs_of(const Tiles *t, double *rhs, int group) {
  const int start = t->start[group];
  return group < t->shared || !t->apart ? rhs + start : t->apartRhs + (start - t->start[t->shared]);
}

INLINE Factor factor_of(const Tiles *t, int at) {
  return (Factor){t->schur + t->offset[at], width_of(t, t->group[at]), t->first + t->firstAt[at]};
}

__attribute__((export_name("factorGroups")))
void factor_groups(const Tiles *t, int from, int end) {
  for (int group = from; group < end; group++) {
    const int size = width_of(t, group), first = t->below[group], last = t->below[group + 1];
    double *corner = t->schur + t->diagonal[group];
    factor_diagonal(corner, t->whole + t->start[group], size);
    for (int at = first; at < last; at++)
      divide_tile(t->schur + t->offset[at], corner, size, width_of(t, t->group[at]), t->first + t->firstAt[at]);
    for (int upper = first; upper < last; upper++)
      for (int lower = upper; lower < last; lower++)
        take_tile(target_of(t, t->group[lower], t->group[upper]), factor_of(t, lower), factor_of(t, upper), size);
  }
}

// L·x = rhs, in place, group by group.
__attribute__((export_name("solveDown")))
void solve_down(const Tiles *t, double *rhs, int from, int end) {
  for (int group = from; group < end; group++) {
    const int size = width_of(t, group);
    double *own = rhs + t->start[group];
    solve_lower(t->schur + t->diagonal[group], own, size);
    for (int at = t->below[group]; at < t->below[group + 1]; at++) {
      const Factor tile = factor_of(t, at);
      double *into = rhs_of(t, rhs, t->group[at]);
      for (int r = 0; r < tile.rows; r++) {
        const int from = tile.first[r] & ~1;
        into[r] -= dot(tile.at + (long)r * size + from, own + from, size - from);
      }
    }
  }
}

// Lᵀ·x = rhs, in place, from the root on.
__attribute__((export_name("solveUp")))
void solve_up(const Tiles *t, double *rhs, int from, int end) {
  for (int group = end - 1; group >= from; group--) {
    const int size = width_of(t, group);
    double *own = rhs + t->start[group];
    for (int at = t->below[group]; at < t->below[group + 1]; at++) {
      const Factor tile = factor_of(t, at);
      const double *known = rhs + t->start[t->group[at]];
      for (int r = 0; r < tile.rows; r++) take_row(own, tile.at + (long)r * size, known[r], tile.first[r] & ~1, size);
    }
    solve_upper(t->schur + t->diagonal[group], own, size);
  }
}
