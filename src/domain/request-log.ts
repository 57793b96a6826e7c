/** What is read of a request, as fastify has it. */
interface LoggedRequest {
  readonly method: string;
  readonly params: unknown;
  readonly routeOptions: { readonly url?: string | undefined };
}

/** Parts of a path that name what it is about and open nothing; the others are links' tokens and cards. */
const PLACES: ReadonlySet<string> = new Set(["id", "evse", "booking", "use", "entry", "requestId"]);

const paramsOf = ({ params }: LoggedRequest): readonly (readonly [string, string])[] =>
  Object.entries(params ?? {}).map(([name, value]) => [name, String(value)] as const);

/** What the log tells of a request: the pattern of its route and what stands in it for places, never the URL. */
export const requestFields = (request: LoggedRequest): Readonly<Record<string, unknown>> => ({
  method: request.method,
  route: request.routeOptions.url ?? null,
  params: Object.fromEntries(paramsOf(request).filter(([name]) => PLACES.has(name))),
});

/** A sentence about a request as the log may have it; null: it would tell a URL that is no route of ours. */
export const loggedDetail = (message: string, request: LoggedRequest): string | null =>
  request.routeOptions.url === undefined
    ? null
    : paramsOf(request)
        .filter(([name, value]) => !PLACES.has(name) && value !== "")
        .reduce((sentence, [, value]) => sentence.replaceAll(value, () => "•••"), message);
