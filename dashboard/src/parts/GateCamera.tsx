import { useEffect, useRef, useState } from 'react'
import { useText } from '../text/index.ts'
import { Dialog } from './Dialog.tsx'
import { Icon } from './Icon.tsx'
import { Note } from './notes.tsx'

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>
}
declare global {
  interface Window {
    BarcodeDetector?: new (options: { readonly formats: readonly string[] }) => Detector
  }
}

/** Reads QR codes with the camera where the browser can; where it cannot, it says so and what to do instead. */
export function CameraButton({ onCode }: { readonly onCode: (code: string) => void }) {
  const { t } = useText()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="btn lg" onClick={() => setOpen(true)}>
        <Icon name="camera" /> {t('gate.camera')}
      </button>
      {open ? (
        <Camera
          onClose={() => setOpen(false)}
          onCode={code => {
            setOpen(false)
            onCode(code)
          }}
        />
      ) : null}
    </>
  )
}

function Camera({ onCode, onClose }: { readonly onCode: (code: string) => void; readonly onClose: () => void }) {
  const { t } = useText()
  const video = useRef<HTMLVideoElement>(null)
  const [trouble, setTrouble] = useState<'secure' | 'browser' | 'camera' | null>(() =>
    !window.isSecureContext ? 'secure' : window.BarcodeDetector === undefined ? 'browser' : null,
  )
  const said = useRef(onCode)
  said.current = onCode
  useEffect(() => {
    if (trouble !== null || !window.BarcodeDetector) return
    const detector = new window.BarcodeDetector({ formats: ['qr_code'] })
    let stream: MediaStream | null = null
    let timer: ReturnType<typeof setTimeout>
    let over = false
    const look = async () => {
      const [found] = video.current ? await detector.detect(video.current).catch(() => []) : []
      if (over) return
      if (found) said.current(found.rawValue)
      else timer = setTimeout(() => void look(), 150)
    }
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(
      got => {
        stream = got
        if (over || !video.current) {
          for (const track of got.getTracks()) track.stop()
          return
        }
        video.current.srcObject = got
        void video.current.play().then(look)
      },
      () => setTrouble('camera'),
    )
    return () => {
      over = true
      clearTimeout(timer)
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [trouble])
  return (
    <Dialog title={t('gate.camera')} onClose={onClose}>
      {trouble === null ? (
        <video ref={video} className="gate-v" playsInline muted />
      ) : (
        <Note sort="medium" icon="warn">
          {t(`gate.cameraNot.${trouble}`)}
        </Note>
      )}
    </Dialog>
  )
}
