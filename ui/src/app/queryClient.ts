import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from '@/api/request'

/** The key under which the session is kept. */
export const sessionKey = ['session'] as const

/**
 * The cache of what the server said. A 401 anywhere means that the session has
 * ended: it is asked for again, and the shell then shows the sign-in.
 */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (error instanceof ApiError && error.status === 401 && query.queryKey[0] !== sessionKey[0]) {
          void client.resetQueries({ queryKey: sessionKey })
        }
      },
    }),
    defaultOptions: {
      queries: { retry: shouldRetry, retryDelay: (attempt) => 400 * 2 ** attempt, staleTime: 10_000, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  })
  return client
}

/** Only what may pass by itself is asked again: a lost connection, a busy server. */
function shouldRetry(failures: number, error: Error): boolean {
  if (!(error instanceof ApiError)) return false
  return failures < 2 && (error.kind === 'network' || error.kind === 'busy')
}
