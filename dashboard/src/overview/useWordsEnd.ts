import { useLayoutEffect, useRef, useState } from 'react'

/**
 * How high a drawing has to be: as its longest name and what hangs on it. The layout keeps room for the longest that there
 * may be, which in most sites is a hole below all names.
 * @param most px, by the layout
 */
export function useWordsEnd(most: number) {
  const frame = useRef<HTMLDivElement>(null)
  const [height, setHeight] = useState(most)
  useLayoutEffect(() => {
    const top = frame.current?.getBoundingClientRect().top ?? 0
    const ends = [...(frame.current?.querySelectorAll('.ov-u, .ov-r, .ov-l, .ov-d') ?? [])].map(
      one => one.getBoundingClientRect().bottom - top,
    )
    // Room for the mark of an alarm: it does not move what is below.
    setHeight(ends.length === 0 ? most : Math.min(most, Math.ceil(Math.max(...ends)) + 32))
  })
  return [frame, height] as const
}
