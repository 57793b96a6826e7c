// The three passes of kernel.ts over the sessions of a fleet, and the factor of S, for WebAssembly with
// two numbers per instruction. kernel.ts says what each step is for; names are the same. Built by
// `npm run kernel` into kernel-wasm.ts; test/optimizer/structured/kernel.test.ts holds both to agree.

typedef double v2 __attribute__((vector_size(16), aligned(8)));

enum { FIRST_SLOT, SLOTS, FIRST_ROW, ROWS, CHARGE, DISCHARGE, ENERGY, EXTRAS, END, FIRST_EXTRA, GATE, FIELDS };

// In the order in which wasm.ts writes it.
typedef struct {
  int slots, sessions, widest;
  const int *field, *main;
  double *above, *under, *z, *w, *cost, *gain, *theta, *reduced, *dx, *dz, *dw, *affineDx;
  double *y, *dy, *rhs, *pivot, *ratio, *residual, *affine, *centre, *second;
  double *pullIn, *pullOut, *takenIn, *takenOut, *weightIn, *weightOut;
  double *affineIn, *affineOut, *centreIn, *centreOut, *secondIn, *secondOut;
  const int *net, *charge, *discharge;
  const double *tileOffset;
  const int *tileWidth;
  double *schur, *room, *sums;
} Fleet;

enum { OBJECTIVE, BOUND, PRODUCTS, WORST, WORST_SHARE, PRIMAL, DUAL, DUAL_CHANGE, PRIMAL_CHANGE, BOTH_CHANGE };

// Share of a product of ratios below which what is left of a coupling is rounding.
#define NOTHING 1e-17

// Fields of the session at hand, and room for it: numbers per place, and per column.
typedef struct {
  int n, m, columns, places, in, out, store, row, gate, number;
  const int *own;
  double *sumA, *sumB, *sumC, *weight, *pull, *inverse, *coupled, *strands;
} Seat;

static inline v2 both(double value) { return (v2){value, value}; }
static inline v2 load(const double *from) { return *(const v2 *)from; }
static inline void store(double *to, v2 value) { *(v2 *)to = value; }
static inline double add(v2 value) { return value[0] + value[1]; }
static inline double larger(double a, double b) { return a > b ? a : b; }
static inline v2 largest(v2 a, v2 b) { return __builtin_wasm_pmax_f64x2(a, b); }

static Seat seat_of(const Fleet *f, int session) {
  const int *field = f->field + session * FIELDS;
  const int most = 3 * f->slots + 2;
  Seat s;
  s.n = field[SLOTS];
  s.m = field[ROWS];
  s.in = field[CHARGE];
  s.out = field[DISCHARGE] < 0 ? -1 : field[DISCHARGE] - s.in;
  s.store = field[ENERGY] - s.in;
  s.places = field[EXTRAS] - s.in;
  s.columns = field[END] - s.in;
  s.row = field[FIRST_ROW];
  s.number = field[GATE];
  s.gate = field[GATE] * f->slots + field[FIRST_SLOT];
  s.own = f->main + field[FIRST_EXTRA];
  // Per column; places come first, and extras are added to them.
  const int wide = 12 * f->slots + 4;
  s.sumA = f->room;
  s.sumB = s.sumA + wide;
  s.sumC = s.sumB + wide;
  s.weight = s.sumC + wide;
  s.pull = s.weight + wide;
  s.inverse = s.pull + wide;
  s.coupled = s.inverse + most;
  s.strands = s.coupled + f->widest;
  return s;
}

static void solve(const Fleet *f, const Seat *s, double *restrict values) {
  const double *pivot = f->pivot + s->row, *ratio = f->ratio + s->row;
  double before = values[0];
  for (int k = 1; k < s->m; k++) values[k] = before = values[k] + ratio[k - 1] * before;
  double after = 0;
  for (int k = s->m - 1; k >= 0; k--) values[k] = after = values[k] * pivot[k] + ratio[k] * after;
}

// Adds what extras have to the places whose price they continue.
static void fold(const Seat *s, double *values) {
  for (int c = s->places; c < s->columns; c++) values[s->own[c - s->places] - s->in] += values[c];
}

static void add_rows(const Fleet *f, const Seat *s, const double *sum, double *restrict into) {
  const double *gain = f->gain + s->in;
  if (s->m < s->n) {
    double total = -sum[s->store];
    for (int k = 0; k < s->n; k++) total += gain[k] * sum[k];
    into[0] += total;
    return;
  }
  double before = 0;
  const double *e = sum + s->store, *d = sum + s->out, *back = gain + s->out;
  for (int k = 0; k < s->n; k++) {
    double total = gain[k] * sum[k] + before - e[k];
    if (s->out >= 0) total += back[k] * d[k];
    into[k] += total;
    before = e[k];
  }
}

static void add_sums(const Fleet *f, const Seat *s, const double *sum, double *in, double *out) {
  const double *gain = f->gain + s->in;
  for (int k = 0; k < s->n; k++) in[s->gate + k] += gain[k] == 0 ? 0 : sum[k];
  if (s->out >= 0)
    for (int k = 0; k < s->n; k++) out[s->gate + k] += gain[s->out + k] == 0 ? 0 : sum[s->out + k];
}

// Aᵀ·y at every column: places first, then extras as their places.
static void read_pull(const Fleet *f, const Seat *s, const double *own) {
  const double *gain = f->gain + s->in, *in = f->pullIn + s->gate, *out = f->pullOut + s->gate;
  double *restrict pull = s->pull;
  if (s->m == s->n) {
    for (int k = 0; k < s->n; k++) pull[k] = gain[k] == 0 ? 0 : gain[k] * own[k] + in[k];
    if (s->out >= 0)
      for (int k = 0; k < s->n; k++)
        pull[s->out + k] = gain[s->out + k] == 0 ? 0 : gain[s->out + k] * own[k] + out[k];
  } else {
    const double worth = own[0];
    for (int k = 0; k < s->n; k++) pull[k] = gain[k] == 0 ? 0 : gain[k] * worth + in[k];
  }
  for (int k = 0; k + 1 < s->m; k++) pull[s->store + k] = own[k + 1] - own[k];
  pull[s->store + s->m - 1] = -own[s->m - 1];
  const double pad = 0;
  for (int c = s->places; c < s->columns; c++) {
    const int place = s->own[c - s->places] - s->in;
    pull[c] = place < s->places ? pull[place] : pad;
  }
}

static void add_to_gate(const Fleet *f, const Seat *s, const double *sum, const double *solved, double *in, double *out) {
  const double *gain = f->gain + s->in, *weight = s->weight;
  const int isChain = s->m == s->n;
  for (int k = 0; k < s->n; k++) {
    const double known = solved[isChain ? k : 0];
    in[s->gate + k] += gain[k] == 0 ? 0 : sum[k] - gain[k] * weight[k] * known;
  }
  if (s->out >= 0)
    for (int k = 0; k < s->n; k++) {
      const int at = s->out + k;
      out[s->gate + k] += gain[at] == 0 ? 0 : sum[at] - gain[at] * weight[at] * solved[k];
    }
}

static void move(const Fleet *f, const Seat *s, double primal, double dual, double proximal) {
  double *above = f->above + s->in, *under = f->under + s->in, *z = f->z + s->in, *w = f->w + s->in;
  const double *dx = f->dx + s->in, *dz = f->dz + s->in, *dw = f->dw + s->in, *cost = f->cost + s->in;
  double *theta = f->theta + s->in;
  v2 products = both(0), objective = both(0);
  const v2 p = both(primal), q = both(dual), rho = both(proximal);
  for (int c = 0; c < s->columns; c += 2) {
    const v2 step = p * load(dx + c);
    const v2 a = load(above + c) + step, d = load(under + c) - step;
    const v2 za = load(z + c) + q * load(dz + c), wd = load(w + c) + q * load(dw + c);
    store(above + c, a);
    store(under + c, d);
    store(z + c, za);
    store(w + c, wd);
    const v2 ad = a * d, t = ad / (za * d + wd * a + rho * ad);
    store(theta + c, t);
    store(s->sumA + c, a);
    store(s->weight + c, t);
    products += a * za + d * wd;
    objective += load(cost + c) * a;
  }
  double *y = f->y + s->row, *dy = f->dy + s->row;
  for (int k = 0; k < s->m; k++) y[k] += dual * dy[k];
  f->sums[PRODUCTS] += add(products);
  f->sums[OBJECTIVE] += add(objective);
}

static void price(const Fleet *f, const Seat *s) {
  const double *above = f->above + s->in, *under = f->under + s->in, *cost = f->cost + s->in;
  double *reduced = f->reduced + s->in;
  read_pull(f, s, f->y + s->row);
  v2 bound = both(0);
  for (int c = 0; c < s->columns; c += 2) {
    const v2 r = load(cost + c) - load(s->pull + c);
    store(reduced + c, r);
    bound += __builtin_wasm_pmin_f64x2(r, both(0)) * (load(above + c) + load(under + c));
    store(s->sumB + c, load(s->weight + c) * r);
  }
  f->sums[BOUND] += add(bound);
  fold(s, s->sumA);
  fold(s, s->sumB);
  fold(s, s->weight);
}

static void measure(const Fleet *f, const Seat *s) {
  double *residual = f->residual + s->row, *affine = f->affine + s->row;
  const double *rhs = f->rhs + s->row, *y = f->y + s->row;
  for (int k = 0; k < s->m; k++) residual[k] = 0;
  add_rows(f, s, s->sumA, residual);
  double bound = 0, worst = f->sums[WORST], share = f->sums[WORST_SHARE];
  for (int k = 0; k < s->m; k++) {
    const double left = rhs[k] - residual[k], size = __builtin_fabs(left);
    residual[k] = affine[k] = left;
    bound += y[k] * rhs[k];
    worst = larger(size, worst);
    const double part = 1 + __builtin_fabs(rhs[k]);
    if (size > share * part) share = size / part;
  }
  f->sums[BOUND] += bound;
  f->sums[WORST] = worst;
  f->sums[WORST_SHARE] = share;
  add_sums(f, s, s->sumA, f->takenIn, f->takenOut);
  add_sums(f, s, s->weight, f->weightIn, f->weightOut);
}

static void factor(const Fleet *f, const Seat *s) {
  const double *gain = f->gain + s->in, *weight = s->weight;
  double *pivot = f->pivot + s->row, *ratio = f->ratio + s->row, *inverse = s->inverse;
  if (s->m < s->n) {
    double total = weight[s->store];
    for (int k = 0; k < s->n; k++) total += gain[k] * gain[k] * weight[k];
    pivot[0] = inverse[0] = 1 / total;
    ratio[0] = 0;
    return;
  }
  double rest = 0;
  for (int k = 0; k < s->n; k++) {
    rest += gain[k] * gain[k] * weight[k];
    if (s->out >= 0) rest += gain[s->out + k] * gain[s->out + k] * weight[s->out + k];
    const double own = 1 / (rest + weight[s->store + k]), share = weight[s->store + k] * own;
    pivot[k] = own;
    ratio[k] = k + 1 < s->n ? share : 0;
    rest *= share;
  }
  double after = 0;
  for (int k = s->n - 1; k >= 0; k--) inverse[k] = after = pivot[k] + ratio[k] * ratio[k] * after;
}

// A session's part of S below its diagonal is u·vᵀ, as long as no coupling in between is nothing: u and v by
// place among the gate's rows, from `from` up to `to`, both multiples of BLOCK.
typedef struct {
  int from, to;
  const double *u, *v;
} Strand;

#define BLOCK 4
#define MOST_STRANDS 24
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
    const v2 left = load(v), right = load(v + 2);
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

static inline Ties ties_of(const Fleet *f, const Seat *s, int k) {
  const double *gain = f->gain + s->in, *weight = s->weight;
  const int net = f->net[s->gate + k];
  const double in = gain[k] * weight[k], out = s->out >= 0 ? gain[s->out + k] * weight[s->out + k] : 0;
  if (net >= 0) return (Ties){{net, -1}, {in - out, 0}};
  return (Ties){{f->charge[s->gate + k], f->discharge[s->gate + k]}, {in, out}};
}

// Takes what is coupled so far, scaled, from the rows of one session whose products cannot be told apart.
static void add_schur_by_rows(const Fleet *f, const Seat *s) {
  const double *ratio = f->ratio + s->row;
  double *tile = f->schur + (long)f->tileOffset[s->number], *coupled = s->coupled;
  const int width = f->tileWidth[s->number];
  for (int c = 0; c < width; c++) coupled[c] = 0;
  for (int k = 0; k < s->n; k++) {
    if (k > 0)
      for (int c = 0; c < width; c++) coupled[c] *= ratio[k - 1];
    const Ties t = ties_of(f, s, k);
    for (int side = 0; side < 2; side++)
      if (t.tie[side] != 0 && t.place[side] >= 0) coupled[t.place[side]] = t.tie[side];
    for (int side = 0; side < 2; side++) {
      const int place = t.place[side];
      const double part = t.tie[side] * s->inverse[k];
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

// S −= G·M⁻¹·Gᵀ of the session: strands for the batch.
static void add_schur(const Fleet *f, const Seat *s, Batch *b) {
  const double *ratio = f->ratio + s->row;
  const int isChain = s->m == s->n, wide = f->tileWidth[s->number] + BLOCK;
  double product = 1;
  for (int k = 0; isChain && k + 1 < s->n; k++) {
    product = ratio[k] < NOTHING ? 1 : product * ratio[k];
    if (product < TOO_SMALL) return add_schur_by_rows(f, s);
  }
  double *u = 0;
  product = 1;
  for (int k = 0; k < s->n; k++) {
    if (isChain && k > 0) {
      product *= ratio[k - 1];
      if (ratio[k - 1] < NOTHING) {
        product = 1;
        u = 0;
      }
    }
    const Ties t = ties_of(f, s, k);
    const double known = s->inverse[isChain ? k : 0] * product, inverse = 1 / product;
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

static void weigh(const Fleet *f, const Seat *s) {
  const double *theta = f->theta + s->in;
  for (int c = 0; c < s->columns; c += 2) store(s->weight + c, load(theta + c));
  fold(s, s->weight);
}

// Change of the own multipliers for the right-hand side in dy and the change of the gate's.
static void resolve(const Fleet *f, const Seat *s) {
  const double *gain = f->gain + s->in, *weight = s->weight, *in = f->pullIn + s->gate, *out = f->pullOut + s->gate;
  double *dy = f->dy + s->row;
  if (s->m == s->n) {
    for (int k = 0; k < s->n; k++) dy[k] -= gain[k] * weight[k] * in[k];
    if (s->out >= 0)
      for (int k = 0; k < s->n; k++) dy[k] -= gain[s->out + k] * weight[s->out + k] * out[k];
  } else {
    double total = 0;
    for (int k = 0; k < s->n; k++) total += gain[k] * weight[k] * in[k];
    dy[0] -= total;
  }
  solve(f, s, dy);
}

// A right-hand side of the places: own rows into `rows`, and what is left of the gate's once they are solved.
static void reduce(const Fleet *f, const Seat *s, const double *sum, double *rows, double *in, double *out) {
  double *dy = f->dy + s->row;
  add_rows(f, s, sum, rows);
  for (int k = 0; k < s->m; k++) dy[k] = rows[k];
  solve(f, s, dy);
  add_to_gate(f, s, sum, dy, in, out);
}

__attribute__((export_name("advance")))
void advance(const Fleet *f, double primal, double dual, double proximal, int first, int end) {
  Batch batch, *b = &batch;
  b->count = 0;
  b->next = b->room = seat_of(f, first).strands;
  for (int session = first; session < end; session++) {
    const Seat seat = seat_of(f, session), *s = &seat;
    move(f, s, primal, dual, proximal);
    price(f, s);
    measure(f, s);
    factor(f, s);
    reduce(f, s, s->sumB, f->affine + s->row, f->affineIn, f->affineOut);
    add_schur(f, s, b);
  }
  if (b->count > 0) flush(f, b);
}

__attribute__((export_name("predict")))
void predict(const Fleet *f, int first, int end) {
  // Largest shares by which a full step would overshoot; 1 is a full step.
  v2 primal = both(1 / f->sums[PRIMAL]), dual = both(1 / f->sums[DUAL]);
  v2 dualChange = both(0), primalChange = both(0), bothChange = both(0);
  const v2 one = both(1);
  for (int session = first; session < end; session++) {
    const Seat seat = seat_of(f, session), *s = &seat;
    const double *above = f->above + s->in, *under = f->under + s->in, *z = f->z + s->in, *w = f->w + s->in;
    const double *theta = f->theta + s->in, *reduced = f->reduced + s->in;
    double *affineDx = f->affineDx + s->in;
    double *dy = f->dy + s->row, *affine = f->affine + s->row;
    weigh(f, s);
    for (int k = 0; k < s->m; k++) dy[k] = affine[k];
    resolve(f, s);
    read_pull(f, s, dy);
    for (int c = 0; c < s->columns; c += 2) {
      const v2 a = load(above + c), d = load(under + c), per = one / (a * d), perA = per * d, perD = per * a;
      const v2 t = load(theta + c), step = t * (load(s->pull + c) - load(reduced + c));
      const v2 toA = step * perA, toD = step * perD, za = load(z + c), wd = load(w + c);
      const v2 stepZ = -za * (one + toA), stepW = -wd * (one - toD);
      primal = largest(primal, largest(-toA, toD));
      dual = largest(dual, largest(one + toA, one - toD));
      dualChange += a * stepZ + d * stepW;
      primalChange += (za - wd) * step;
      bothChange += step * (stepZ - stepW);
      store(affineDx + c, step);
      store(s->sumA + c, step);
      store(s->sumB + c, t * (perD - perA));
      store(s->sumC + c, t * (stepZ * toA + stepW * toD));
    }
    fold(s, s->sumA);
    fold(s, s->sumB);
    fold(s, s->sumC);
    add_sums(f, s, s->sumA, f->takenIn, f->takenOut);
    double *centre = f->centre + s->row, *second = f->second + s->row;
    for (int k = 0; k < s->m; k++) centre[k] = second[k] = 0;
    reduce(f, s, s->sumB, centre, f->centreIn, f->centreOut);
    reduce(f, s, s->sumC, second, f->secondIn, f->secondOut);
  }
  f->sums[PRIMAL] = 1 / larger(primal[0], primal[1]);
  f->sums[DUAL] = 1 / larger(dual[0], dual[1]);
  f->sums[DUAL_CHANGE] += add(dualChange);
  f->sums[PRIMAL_CHANGE] += add(primalChange);
  f->sums[BOTH_CHANGE] += add(bothChange);
}

__attribute__((export_name("correct")))
void correct(const Fleet *f, double mu, int first, int end) {
  v2 primal = both(1 / f->sums[PRIMAL]), dual = both(1 / f->sums[DUAL]);
  const v2 one = both(1), aim = both(mu);
  for (int session = first; session < end; session++) {
    const Seat seat = seat_of(f, session), *s = &seat;
    const double *above = f->above + s->in, *under = f->under + s->in, *z = f->z + s->in, *w = f->w + s->in;
    const double *theta = f->theta + s->in, *reduced = f->reduced + s->in;
    const double *affineDx = f->affineDx + s->in;
    const double *affine = f->affine + s->row, *centre = f->centre + s->row, *second = f->second + s->row;
    double *dy = f->dy + s->row, *dx = f->dx + s->in, *dz = f->dz + s->in, *dw = f->dw + s->in;
    weigh(f, s);
    for (int k = 0; k < s->m; k++) dy[k] = affine[k] + mu * centre[k] + second[k];
    resolve(f, s);
    read_pull(f, s, dy);
    for (int c = 0; c < s->columns; c += 2) {
      const v2 a = load(above + c), d = load(under + c), per = one / (a * d), perA = per * d, perD = per * a;
      const v2 za = load(z + c), wd = load(w + c), perZW = one / (za * wd);
      const v2 beforeA = load(affineDx + c) * perA, beforeD = load(affineDx + c) * perD;
      // mu less the error of second order of the affine step, dx·dz and −dx·dw, per distance.
      const v2 aimA = aim * perA + za * beforeA * (one + beforeA);
      const v2 aimD = aim * perD - wd * beforeD * (one - beforeD);
      const v2 step = load(theta + c) * (load(s->pull + c) - load(reduced + c) + aimA - aimD);
      const v2 toA = step * perA, toD = step * perD;
      const v2 stepZ = aimA - za * (one + toA), stepW = aimD - wd * (one - toD);
      primal = largest(primal, largest(-toA, toD));
      dual = largest(dual, largest(-stepZ * wd * perZW, -stepW * za * perZW));
      store(dx + c, step);
      store(dz + c, stepZ);
      store(dw + c, stepW);
      store(s->sumA + c, step);
    }
    fold(s, s->sumA);
    add_sums(f, s, s->sumA, f->takenIn, f->takenOut);
  }
  f->sums[PRIMAL] = 1 / larger(primal[0], primal[1]);
  f->sums[DUAL] = 1 / larger(dual[0], dual[1]);
}

static double dot(const double *restrict a, const double *restrict b, int length) {
  v2 one = both(0), two = both(0);
  int k = 0;
  for (; k + 3 < length; k += 4) {
    one += load(a + k) * load(b + k);
    two += load(a + k + 2) * load(b + k + 2);
  }
  double total = add(one + two);
  for (; k < length; k++) total += a[k] * b[k];
  return total;
}

static void divide_row(double *row, const double *corner, int size, int columns) {
  for (int c = 0; c < columns; c++) {
    const double *other = corner + (long)c * size;
    row[c] = (row[c] - dot(row, other, c)) / other[c];
  }
}

#define NO_PIVOT 1e-13
#define HUGE 1e64

__attribute__((export_name("factorDiagonal")))
void factor_diagonal(double *tile, const double *whole, int size) {
  for (int r = 0; r < size; r++) {
    double *row = tile + (long)r * size;
    divide_row(row, tile, size, r);
    const double pivot = row[r] - dot(row, row, r);
    row[r] = pivot > NO_PIVOT * whole[r] ? __builtin_sqrt(pivot) : HUGE;
  }
}

// Rows of a tile below a diagonal one: X·Lᵀ = rows.
__attribute__((export_name("divideTile")))
void divide_tile(double *tile, const double *corner, int size, int rows) {
  for (int r = 0; r < rows; r++) divide_row(tile + (long)r * size, corner, size, size);
}

// target −= lower·upperᵀ; of a tile on the diagonal only the lower half.
__attribute__((export_name("takeTile")))
void take_tile(double *target, const double *lower, const double *upper, int size, int rows, int columns) {
  for (int r = 0; r < rows; r++) {
    const int end = lower == upper ? r + 1 : columns;
    for (int c = 0; c < end; c++)
      target[(long)r * columns + c] -= dot(lower + (long)r * size, upper + (long)c * size, size);
  }
}
