import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queries } from './api.ts'
import './tokens.css'
import './parts.css'
import './frame.css'
import './pages.css'
import './trend.css'
import './print.css'
import './text/index.ts'
import './blink.ts'
import { Pages } from './pages.tsx'

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Pages />
      </QueryClientProvider>
    </StrictMode>,
  )
