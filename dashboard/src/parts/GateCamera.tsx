import { useEffect, useRef, useState } from 'react'
import { type QrReader, qrReader } from '../qrreader.ts'
import { useText } from '../text/index.ts'
import { Dialog } from './Dialog.tsx'
import { Icon } from './Icon.tsx'
import { Note } from './notes.tsx'

/** Reads QR codes with the camera; where that cannot be, it says why and what to do instead. */
export function CameraButton({ onCode }: { readonly onCode: (code: string) => void }) {
  const { t } = useText()
  const [open, setOpen] = useState(false)
  useEffect(() => {
    // Loaded now, so that it is there when the network is not.
    qrReader().catch(() => {})
  }, [])
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
    window.isSecureContext ? null : 'secure',
  )
  const said = useRef(onCode)
  said.current = onCode
  useEffect(() => {
    if (trouble !== null) return
    let stream: MediaStream | null = null
    let timer: ReturnType<typeof setTimeout>
    let over = false
    const look = async (read: QrReader) => {
      const found = video.current ? await read(video.current) : null
      if (over) return
      if (found !== null) said.current(found)
      else timer = setTimeout(() => void look(read), 150)
    }
    const begin = async () => {
      const got = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).catch(() => null)
      if (!got) return setTrouble('camera')
      stream = got
      if (over || !video.current) {
        for (const track of got.getTracks()) track.stop()
        return
      }
      video.current.srcObject = got
      await video.current.play()
      const read = await qrReader().catch(() => null)
      if (read) await look(read)
      else setTrouble('browser')
    }
    begin().catch(() => setTrouble('camera'))
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
