// The one function through which the UI talks to the server.

/** What kind of failure it was; «network» and «unreadable» are the browser's own. */
export type ErrorKind = 'network' | 'unreadable' | (string & {})

export interface ErrorDetail {
  where: string
  what: string
}

/** A failed request: the server's public sentence, or what the browser knows. */
export class ApiError extends Error {
  readonly kind: ErrorKind
  readonly status: number
  readonly details: ErrorDetail[]
  readonly requestId?: string

  constructor(kind: ErrorKind, message: string, status = 0, details: ErrorDetail[] = [], requestId?: string) {
    super(message)
    this.name = 'ApiError'
    this.kind = kind
    this.status = status
    this.details = details
    this.requestId = requestId
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RequestOptions {
  signal?: AbortSignal
  headers?: Record<string, string>
}

/** Everything of the API lives below this path. */
export const apiBase = '/api/v1'

/**
 * Sends a request and gives the decoded answer. Every failure is an ApiError,
 * except an abort, which stays the browser's AbortError so that callers and the
 * query cache can tell «no longer wanted» from «went wrong».
 */
export async function request<T>(method: Method, path: string, body?: unknown, options: RequestOptions = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(apiBase + path, {
      method,
      credentials: 'same-origin',
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...options.headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.signal,
    })
  } catch (cause) {
    if (isAbort(cause)) throw cause
    throw new ApiError('network', 'The server could not be reached.')
  }
  const text = await response.text()
  if (!response.ok) throw failure(response.status, text)
  if (text === '') return undefined as T
  const answer = parse(text)
  if (answer === undefined) throw new ApiError('unreadable', 'The server sent an answer that is not JSON.', response.status)
  return answer as T
}

/** Builds «?a=1&b=2», leaving out what is undefined, null or empty. */
export function queryString(parameters: Record<string, string | number | boolean | null | undefined>): string {
  const pairs = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== '') pairs.set(name, String(value))
  }
  const text = pairs.toString()
  return text === '' ? '' : `?${text}`
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function failure(status: number, text: string): ApiError {
  const body = parse(text) as { error?: { kind?: string; message?: string; details?: ErrorDetail[]; request_id?: string } } | undefined
  const error = body?.error
  if (!error?.message) {
    const kind = status === 401 ? 'unauthenticated' : status >= 502 && status <= 504 ? 'network' : 'unreadable'
    return new ApiError(kind, `The server answered ${status}.`, status)
  }
  return new ApiError(error.kind ?? 'internal', error.message, status, error.details ?? [], error.request_id)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
