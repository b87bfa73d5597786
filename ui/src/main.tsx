import '@/i18n'
import '@/app/styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { createQueryClient } from '@/app/queryClient'
import { createRouter } from '@/app/router'
import { ThemeRoot } from '@/app/ThemeRoot'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <ThemeRoot>
        <RouterProvider router={createRouter()} />
      </ThemeRoot>
    </QueryClientProvider>
  </StrictMode>,
)
