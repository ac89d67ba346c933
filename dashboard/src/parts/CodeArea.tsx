import { type RefObject, useRef } from 'react'

/** Height of a line, px; the style sheet has the same. */
export const LINE = 20

interface Props {
  readonly area: RefObject<HTMLTextAreaElement | null>
  readonly label: string
  readonly text: string
  readonly marked: readonly number[]
  readonly readOnly: boolean
  readonly onChange: (text: string) => void
}

/** A plain text field with line numbers beside it; lines with a problem are marked. */
export function CodeArea({ area, label, text, marked, readOnly, onChange }: Props) {
  const gutter = useRef<HTMLDivElement>(null)
  const count = text.split('\n').length
  return (
    <div className="ed">
      <div className="ed-n" ref={gutter} aria-hidden="true">
        {Array.from({ length: Math.min(count, 20_000) }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <div key={at} className={marked.includes(at + 1) ? 'hit' : ''}>
            {at + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={area}
        className="mono"
        aria-label={label}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        readOnly={readOnly}
        value={text}
        onChange={event => onChange(event.target.value)}
        onScroll={event => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop
        }}
      />
    </div>
  )
}
