import { useRef, useState } from 'react'
import { sendFile } from '../../api.ts'
import { permitsChanged } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'

const LONGEST = 1280

/** A picture of a place, small enough to be kept. @throws when it is no picture */
async function smaller(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height))
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)]
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  canvas.getContext('2d')!.drawImage(picture, 0, 0, width, height)
  return await new Promise((resolve, reject) =>
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('photo'))), 'image/jpeg', 0.8),
  )
}

/** The photo of the place after the watch: taken with the telephone that is there. */
export function SitePhoto({ id, blocked }: { readonly id: string; readonly blocked: string | null }) {
  const { t } = useText()
  const field = useRef<HTMLInputElement>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const send = async (file: File | undefined) => {
    if (!file) return
    setTrouble(null)
    let small: Blob
    try {
      small = await smaller(file)
    } catch {
      return setTrouble(t('passes.photoUnreadable'))
    }
    try {
      await sendFile(`permits/${id}/photo`, small)
      await permitsChanged()
    } catch (refused) {
      setTrouble(refused instanceof Error ? refused.message : String(refused))
    }
  }
  return (
    <>
      <Button small icon="camera" blocked={blocked} onClick={() => field.current?.click()}>
        {t('permits.takePhoto')}
      </Button>
      <input
        ref={field}
        name={`photo-${id}`}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        onChange={event => void send(event.target.files?.[0])}
      />
      {trouble ? (
        <span className="wrong" role="alert">
          {trouble}
        </span>
      ) : null}
    </>
  )
}
