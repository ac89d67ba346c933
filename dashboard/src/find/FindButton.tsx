import { lazy, Suspense, useEffect, useState } from 'react'
import { Icon } from '../parts/Icon.tsx'
import { useText } from '../text/index.ts'

const Find = lazy(() => import('./Find.tsx'))

/** Somebody writes there: a slash is a letter of his. */
const writes = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** The search, on every page: by its button, by Ctrl-K (⌘K) everywhere, by / where nothing is written. */
export function FindButton() {
  const { t } = useText()
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const k = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k'
      const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !writes(event.target)
      if (!k && !slash) return
      // A question that waits for its answer is not to be left by a slip of the hand.
      if (document.querySelector('dialog[open]')) return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return (
    <>
      <button
        type="button"
        className="find-b"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K /"
        title={t('find.title')}
        onClick={() => setOpen(true)}
      >
        <Icon name="search" />
        <span>{t('find.open')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      {open ? (
        <Suspense fallback={null}>
          <Find onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  )
}
