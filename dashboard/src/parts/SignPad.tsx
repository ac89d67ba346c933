import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef } from 'react'
import { useText } from '../text/index.ts'
import { Button } from './Button.tsx'

const WIDTH = 560
const HEIGHT = 200
/** How far an arrow key moves the pen; with Shift a quarter of it. */
const STEP = 8
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * A place to sign with a finger, a pen, the mouse or the keys: Space puts the pen down or lifts it, arrows move it. Black on white in every theme: it is printed.
 * @param onChange the picture as PNG in base64; null while nothing is drawn
 */
export function SignPad({ onChange }: { readonly onChange: (png: string | null) => void }) {
  const { t } = useText()
  const hint = useId()
  const canvas = useRef<HTMLCanvasElement>(null)
  const last = useRef<{ x: number; y: number } | null>(null)
  /** Where the pen of the keyboard is; it is down while `last` is set. */
  const pen = useRef({ x: 40, y: HEIGHT / 2 })
  const wipe = () => {
    const paper = canvas.current?.getContext('2d')
    if (!paper) return
    paper.fillStyle = '#fff'
    paper.fillRect(0, 0, WIDTH, HEIGHT)
  }
  useEffect(wipe, [])
  const at = (event: PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return {
      x: ((event.clientX - box.left) * WIDTH) / box.width,
      y: ((event.clientY - box.top) * HEIGHT) / box.height,
    }
  }
  const draw = (to: { x: number; y: number }) => {
    const from = last.current
    const paper = canvas.current?.getContext('2d')
    if (!from || !paper) return
    paper.strokeStyle = '#000'
    paper.lineWidth = 4
    paper.lineCap = 'round'
    paper.beginPath()
    paper.moveTo(from.x, from.y)
    paper.lineTo(to.x, to.y)
    paper.stroke()
    last.current = to
  }
  const lift = () => {
    if (last.current === null) return
    last.current = null
    onChange(canvas.current?.toDataURL('image/png').replace(/^data:[^,]*,/, '') ?? null)
  }
  const onKey = (event: KeyboardEvent) => {
    const arrow = arrows[event.key]
    if (event.key === ' ') {
      // A key that is held comes again and again: the pen would go up and down.
      if (event.repeat) event.preventDefault()
      else if (last.current) lift()
      else {
        last.current = pen.current
        draw(pen.current)
      }
    } else if (arrow) {
      const by = event.shiftKey ? STEP / 4 : STEP
      const { x, y } = pen.current
      pen.current = {
        x: Math.min(WIDTH, Math.max(0, x + by * arrow[0])),
        y: Math.min(HEIGHT, Math.max(0, y + by * arrow[1])),
      }
      draw(pen.current)
    } else return
    event.preventDefault()
  }
  return (
    <div className="col g2">
      <span className="cap">{t('orderWork.draw')}</span>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: no other role takes the arrow keys */}
      <canvas
        ref={canvas}
        className="pad"
        width={WIDTH}
        height={HEIGHT}
        role="application"
        tabIndex={0}
        aria-label={t('orderWork.draw')}
        aria-describedby={hint}
        onKeyDown={onKey}
        onBlur={lift}
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId)
          last.current = at(event)
          draw(at(event))
        }}
        onPointerMove={event => draw(at(event))}
        onPointerUp={lift}
        onPointerCancel={lift}
      />
      <span id={hint} className="cap dim not-s">
        {t('orderWork.drawKeys')}
      </span>
      <div>
        <Button
          small
          onClick={() => {
            wipe()
            onChange(null)
          }}
        >
          {t('orderWork.clear')}
        </Button>
      </div>
    </div>
  )
}
