import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { queryClient } from '@/api/query'
import { Unreachable } from '@/api/refusal'
import { startSession } from '@/api/session'
import { FaultScreen } from './FaultScreen'
import { router } from './routes'
import '@/styles/app.css'

async function start(root: Root): Promise<void> {
  try {
    await startSession()
  } catch {
    // Without the server nothing can be said of anybody, not even how to sign in.
    root.render(<FaultScreen error={new Unreachable()} reset={() => start(root)} />)
    return
  }
  root.render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}

const place = document.getElementById('root')
if (place) start(createRoot(place))
