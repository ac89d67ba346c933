import { useRef, useState } from 'react'
import { sendFile } from '../../api.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'

/** One-inch photos are 25 by 35 mm: so many pixels print sharply at 300 dpi and are small enough for every gate. */
const WIDTH = 300
const HEIGHT = 420

/** The middle of a picture, in the proportions of a one-inch photo. @throws when it is no picture */
async function oneInch(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.max(WIDTH / picture.width, HEIGHT / picture.height)
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT })
  const [w, h] = [picture.width * scale, picture.height * scale]
  canvas.getContext('2d')!.drawImage(picture, (WIDTH - w) / 2, (HEIGHT - h) / 2, w, h)
  return await new Promise((resolve, reject) =>
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('photo'))), 'image/jpeg', 0.85),
  )
}

interface Props {
  /** Where it is sent to, `people/<id>` or `visits/<id>`. */
  readonly path: string
  readonly photo: string | null
  readonly name: string
  readonly blocked: string | null
  /** On the button, where no picture is to stand there. */
  readonly word?: string
  /** With what the gateway answers: the photo is on record. */
  readonly changed: (now: { readonly photo: string | null }) => unknown
}
/** The photo of a person or a visitor: from a file, or taken with the camera of a telephone. */
export function PhotoField({ path, photo, name, blocked, word, changed }: Props) {
  const { t } = useText()
  const field = useRef<HTMLInputElement>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const send = async (file: File | undefined) => {
    if (!file) return
    setTrouble(null)
    let small: Blob
    try {
      small = await oneInch(file)
    } catch {
      return setTrouble(t('passes.photoUnreadable'))
    }
    try {
      await changed(await sendFile<{ readonly photo: string | null }>(`${path}/photo`, small))
    } catch (refused) {
      setTrouble(refused instanceof Error ? refused.message : String(refused))
    }
  }
  const label = t(photo === null ? 'passes.addPhoto' : 'passes.changePhoto', { name: plain(name) })
  return (
    <>
      <button
        type="button"
        className={`pp-photo ${photo === null ? 'none' : ''}`}
        aria-label={label}
        title={blocked ?? label}
        aria-disabled={blocked ? true : undefined}
        onClick={() => (blocked ? undefined : field.current?.click())}
      >
        {photo === null || word ? (word ?? t('passes.photo')) : <img src={`/api/v1/${path}/photo/${photo}`} alt="" />}
      </button>
      <input ref={field} type="file" accept="image/*" hidden onChange={event => void send(event.target.files?.[0])} />
      {trouble ? (
        <span className="wrong" role="alert">
          {trouble}
        </span>
      ) : null}
    </>
  )
}
