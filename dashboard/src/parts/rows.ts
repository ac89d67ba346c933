import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** A table shorter than this is drawn whole: the browser finds words in it, and paper has it all. */
export const LONG_TABLE = 150
/** So many rows more above and below than are in sight, and the window moves in steps of so many. */
const SPARE = 20
const STEP = 10
const GUESS_PX = 40

export interface RowsInSight {
  readonly box: RefObject<HTMLTableSectionElement | null>
  readonly from: number
  readonly to: number
  /** Room of the rows before and after, px. */
  readonly before: number
  readonly after: number
}

/**
 * Which rows of a long table are in sight, so that ten thousand points cost no more than those that somebody sees. Rows are
 * taken to be as high as the first one drawn; where they differ, only the scroll bar is a little off.
 */
export function useRowsInSight(count: number): RowsInSight {
  const box = useRef<HTMLTableSectionElement>(null)
  const rowPx = useRef(GUESS_PX)
  const [span, setSpan] = useState({ from: 0, to: LONG_TABLE })
  const long = count > LONG_TABLE
  useLayoutEffect(() => {
    const row = box.current?.querySelector<HTMLElement>('tr[data-row]')
    if (row && row.offsetHeight > 0) rowPx.current = row.offsetHeight
  })
  useEffect(() => {
    if (!long) return
    const look = () => {
      const table = box.current
      if (!table) return
      const { top } = table.getBoundingClientRect()
      const first = Math.floor(-top / rowPx.current) - SPARE
      const from = Math.max(0, Math.min(count - SPARE, Math.floor(first / STEP) * STEP))
      const to = Math.min(count, from + Math.ceil(window.innerHeight / rowPx.current) + 2 * SPARE + STEP)
      setSpan(now => (now.from === from && now.to === to ? now : { from, to }))
    }
    look()
    // Whatever scrolls: the window, or a part of the page.
    document.addEventListener('scroll', look, { capture: true, passive: true })
    window.addEventListener('resize', look)
    return () => {
      document.removeEventListener('scroll', look, { capture: true })
      window.removeEventListener('resize', look)
    }
  }, [long, count])
  if (!long) return { box, from: 0, to: count, before: 0, after: 0 }
  const from = Math.min(span.from, Math.max(0, count - 1))
  const to = Math.min(span.to, count)
  return { box, from, to, before: from * rowPx.current, after: Math.max(0, count - to) * rowPx.current }
}
