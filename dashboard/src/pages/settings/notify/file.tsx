import { useRef, useState } from 'react'
import type { NotifySettings, Text } from '../../../../../gateway/http/contract.ts'
import { ApiError, call, post, queries, useMay } from '../../../api.ts'
import { useUnsaved } from '../../../leave.ts'
import { Button, useLinkBlock } from '../../../parts/Button.tsx'
import { CodeArea } from '../../../parts/CodeArea.tsx'
import { Note, Refusal } from '../../../parts/notes.tsx'
import { useText } from '../../../text/index.ts'
import { notifyExample } from '../notify-example.ts'

interface Draft {
  readonly text: string
  readonly hash: string | null
}
/** The file as JSON. Secrets are dots: left as they are, what is kept stays. */
export function FileEditor({ settings }: { readonly settings: NotifySettings }) {
  const { t, lang, of } = useText()
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const area = useRef<HTMLTextAreaElement>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [outcome, setOutcome] = useState<{ readonly ok: boolean; readonly words: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const text = draft?.text ?? settings.text
  useUnsaved(text !== settings.text)
  const run = async (work: () => Promise<{ ok: boolean; words: string }>) => {
    setBusy(true)
    setError(null)
    setOutcome(null)
    try {
      setOutcome(await work())
    } catch (refused) {
      setError(refused)
      if (refused instanceof ApiError && refused.status === 409)
        await queries.invalidateQueries({ queryKey: ['notify'] })
    }
    setBusy(false)
  }
  const check = () =>
    run(async () => {
      const { why } = await post<{ why: Text | null }>('notify/check', { text })
      return why === null ? { ok: true, words: t('notify.checked') } : { ok: false, words: of(why) }
    })
  const save = () =>
    run(async () => {
      const body = { text, hash: draft ? draft.hash : settings.hash }
      queries.setQueryData(['notify'], await call<NotifySettings>('notify', { method: 'PUT', body }))
      setDraft(null)
      return { ok: true, words: t('notify.saved') }
    })
  const change = (next: string) => {
    setDraft({ text: next, hash: draft ? draft.hash : settings.hash })
    setOutcome(null)
  }
  const blocked = away ?? (busy ? t('notify.busy') : draft === null ? t('notify.unchanged') : null)
  return (
    <details className="card" open={settings.broken !== null || undefined}>
      <summary className="card-h">
        <h2>{t('notify.file')}</h2>
      </summary>
      <div className="card-b col g3">
        <span className="cap">{t('notify.fileWhy')}</span>
        <CodeArea area={area} label={t('notify.file')} text={text} marked={[]} readOnly={!writes} onChange={change} />
        {outcome === null ? null : (
          <Note sort={outcome.ok ? 'yes' : 'no'} icon={outcome.ok ? 'check' : 'x'} role="status">
            {outcome.words}
          </Note>
        )}
        <Refusal error={error} />
        {writes ? (
          <div className="row">
            <Button primary blocked={blocked} onClick={() => void save()}>
              {t('notify.save')}
            </Button>
            <Button blocked={blocked} onClick={() => void check()}>
              {t('notify.check')}
            </Button>
            {text.trim() === '' ? (
              <Button onClick={() => change(notifyExample(lang))}>{t('notify.example')}</Button>
            ) : null}
            {draft === null ? null : (
              <Button
                onClick={() => {
                  setDraft(null)
                  setOutcome(null)
                  setError(null)
                }}
              >
                {t('notify.discard')}
              </Button>
            )}
          </div>
        ) : null}
      </div>
    </details>
  )
}
