import { useRef, useState } from 'react'
import type { PlanFile } from '../../../gateway/http/contract.ts'
import { sendFile } from '../api.ts'
import { Button } from '../parts/Button.tsx'
import { useText } from '../text/index.ts'

interface Props {
  readonly word: string
  readonly blocked: string | null
  readonly onKept: (file: PlanFile) => void
  readonly onRefused: (error: unknown) => void
}
const types: Readonly<Record<string, string>> = {
  ...{ svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg' },
}

/** Chooses a drawing and has it checked and kept. No plan has it before a change of the site says so. */
export function Upload({ word, blocked, onKept, onRefused }: Props) {
  const { t } = useText()
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const send = async (file: File | undefined) => {
    if (!file || busy) return
    setBusy(true)
    onRefused(null)
    try {
      // What a system does not know an ending of it gives no type; the gateway looks at the bytes anyway.
      const type = types[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'image/png'
      onKept(await sendFile<PlanFile>('plan-files', new Blob([file], { type })))
    } catch (error) {
      onRefused(error)
    }
    setBusy(false)
    // The same file once more, mended meanwhile, is a change again.
    if (input.current) input.current.value = ''
  }
  return (
    <>
      <Button icon="plus" blocked={blocked} onClick={() => input.current?.click()}>
        {busy ? t('planEdit.uploading') : word}
      </Button>
      <input
        ref={input}
        className="sr"
        type="file"
        tabIndex={-1}
        aria-label={word}
        accept=".svg,.png,.jpg,.jpeg,image/svg+xml,image/png,image/jpeg"
        onChange={event => void send(event.target.files?.[0])}
      />
    </>
  )
}
