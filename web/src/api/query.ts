import { QueryClient } from '@tanstack/react-query'
import { Refusal } from './refusal'

/** What the server said, kept while it is fresh. Events of the workspace make parts stale. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      // What was refused will be refused again.
      retry: (count, error) => !(error instanceof Refusal) && count < 2,
    },
    mutations: { retry: false },
  },
})
