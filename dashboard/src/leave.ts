import { useEffect, useId, useState, useSyncExternalStore } from 'react'
import type { AroundNavHandler } from 'wouter'

/**
 * One guard for all that is changed on a page and not yet saved: links of the page, the rail, the search box, the browser's
 * own way back and signing out ask before they throw it away; a closed window asks in the browser's words.
 */
/** Each with whether it is in a dialog: what goes on from there is the dialog's own work, and only the way back is asked about. */
const unsaved = new Map<string, boolean>()
/** What goes on when the person would rather lose the changes; null: nothing is asked. */
let wanted: (() => void) | null = null
/** The address of the page that holds the changes. */
let held = ''
const hearers = new Set<() => void>()
const ask = (go: (() => void) | null): void => {
  wanted = go
  for (const hear of hearers) hear()
}

const onClose = (event: BeforeUnloadEvent) => event.preventDefault()
const onMoved = () => {
  held = location.href
}
/**
 * The browser has gone back already: the page's address is put back before anything draws the other one. Listens from the
 * start, before the router does: Chromium calls those of the window in the order in which they came.
 */
function onBack(event: PopStateEvent): void {
  if (unsaved.size === 0) return
  const to = location.href
  if (new URL(to).pathname === new URL(held).pathname) {
    onMoved()
    return
  }
  event.stopImmediatePropagation()
  history.pushState(null, '', held)
  ask(() => history.pushState(null, '', to))
}
globalThis.addEventListener?.('popstate', onBack)
const own = ['pushState', 'replaceState']
function hold(id: string, inDialog: boolean): void {
  if (unsaved.size === 0) {
    onMoved()
    addEventListener('beforeunload', onClose)
    for (const kind of own) addEventListener(kind, onMoved)
  }
  unsaved.set(id, inDialog)
}
function letGo(id: string): void {
  unsaved.delete(id)
  if (unsaved.size === 0) allSaved()
}
/** All is saved, though the page does not know yet: for the way that leads on from there. */
export function allSaved(): void {
  unsaved.clear()
  removeEventListener('beforeunload', onClose)
  for (const kind of own) removeEventListener(kind, onMoved)
}

/** Says that what is changed on this page would be lost by leaving it. @param changed as compared with what is kept */
export function useUnsaved(changed: boolean, inDialog = false): void {
  const id = useId()
  useEffect(() => {
    if (!changed) return
    hold(id, inDialog)
    return () => letGo(id)
  }, [changed, inDialog, id])
}

/** The same for a form that begins anew when it was saved. @param form what stands in it, as JSON can say it */
export function useUnsavedForm(form: unknown): void {
  const now = JSON.stringify(form)
  const [began] = useState(now)
  useUnsaved(now !== began)
}

/** Goes, or asks first when something on the page is not saved. */
export function leave(go: () => void): void {
  if ([...unsaved.values()].includes(false)) ask(go)
  else go()
}

/** All links and ways of the router; what only changes the address of the page one is on is never asked about. */
export const askingFirst: AroundNavHandler = (navigate, to, options) => {
  const same = new URL(String(to), location.href).pathname === location.pathname
  if (same || options?.replace) navigate(to, options)
  else leave(() => navigate(to, options))
}

/** What is asked at present, and the two answers. */
export function useLeaving(): { readonly go: () => void; readonly stay: () => void } | null {
  const go = useSyncExternalStore(
    hear => {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    () => wanted,
  )
  if (go === null) return null
  return {
    stay: () => ask(null),
    go: () => {
      ask(null)
      go()
    },
  }
}
