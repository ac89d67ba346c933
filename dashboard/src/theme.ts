import { useSyncExternalStore } from 'react'

export type Theme = 'light' | 'dark'
const listeners = new Set<() => void>()
const theme = (): Theme => (document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light')

export function setTheme(next: Theme): void {
  localStorage.setItem('gatehouse.theme', next)
  document.documentElement.dataset.theme = next
  for (const tell of listeners) tell()
}

export const useTheme = (): Theme =>
  useSyncExternalStore(tell => {
    listeners.add(tell)
    return () => listeners.delete(tell)
  }, theme)
