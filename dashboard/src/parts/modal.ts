import { type RefObject, useEffect } from 'react'

/**
 * Opens a native dialog over the page, and gives the focus back to what had it. The browser does so only for Esc: a dialog
 * that is taken off the page by its button takes the focus with it, and who works by keyboard begins at the top again.
 */
export function useModal(box: RefObject<HTMLDialogElement | null>, open = true): void {
  useEffect(() => {
    if (!open) return
    const before = document.activeElement
    box.current?.showModal()
    return () => {
      // Whoever has taken the focus since keeps it.
      const lost = document.activeElement === document.body || document.activeElement === null
      if (lost && before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [box, open])
}
