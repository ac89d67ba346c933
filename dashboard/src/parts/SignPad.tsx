import { type PointerEvent, useEffect, useRef } from 'react'
import { useText } from '../text/index.ts'
import { Button } from './Button.tsx'

const WIDTH = 560
const HEIGHT = 200

/**
 * A place to sign with a finger, a pen or the mouse. Black on white in every theme: it is printed.
 * @param onChange the picture as PNG in base64; null while nothing is drawn
 */
export function SignPad({ onChange }: { readonly onChange: (png: string | null) => void }) {
  const { t } = useText()
  const canvas = useRef<HTMLCanvasElement>(null)
  const last = useRef<{ x: number; y: number } | null>(null)
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
  const draw = (event: PointerEvent<HTMLCanvasElement>) => {
    const from = last.current
    const paper = canvas.current?.getContext('2d')
    if (!from || !paper) return
    const to = at(event)
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
  return (
    <div className="col g2">
      <span className="cap">{t('orderWork.draw')}</span>
      <canvas
        ref={canvas}
        className="pad"
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={t('orderWork.draw')}
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId)
          last.current = at(event)
          draw(event)
        }}
        onPointerMove={draw}
        onPointerUp={lift}
        onPointerCancel={lift}
      />
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
