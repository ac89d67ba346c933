import { type ReactNode, useRef, useState } from 'react'
import type { RunStepView, RunView } from '../../../gateway/http/contract.ts'
import { ApiError, post, putRun, queries, useMay } from '../api.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Field } from './Dialog.tsx'
import { Refusal } from './notes.tsx'

interface Props {
  readonly run: RunView
  readonly step: RunStepView
  /** The one to be done now has its form open. */
  readonly now: boolean
  readonly phones: ReactNode
}

/** What proves a step, and the button that says it is done; or why it is left out. */
export function Doing({ run, step, now, phones }: Props) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const allowed = useMay('runbook.run')
  const [wanted, setWanted] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [note, setNote] = useState('')
  const [photo, setPhoto] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  if (step.state !== 'open') return null
  const open = now || wanted
  const send = async (how: 'do' | 'leave-out') => {
    if (busy) return
    setBusy(true)
    setError(null)
    const times = new Set(step.asks.filter(ask => ask.kind === 'time').map(ask => ask.key))
    const given = Object.entries(values).filter(([, value]) => value.trim() !== '')
    const said = Object.fromEntries(given.map(([key, v]) => [key, times.has(key) ? new Date(v).toISOString() : v]))
    const body = {
      how,
      ...(how === 'do' && given.length > 0 && { values: said }),
      ...(note.trim() !== '' && { note: note.trim() }),
      ...(how === 'do' && photo !== null && { photo }),
    }
    try {
      putRun(await post<RunView>(`runs/${encodeURIComponent(run.id)}/steps/${encodeURIComponent(step.id)}`, body))
    } catch (refused) {
      setError(refused)
      // Somebody was faster: what they did is to be seen.
      if (refused instanceof ApiError && refused.status === 409)
        void queries.invalidateQueries({ queryKey: ['run', run.id] })
    }
    setBusy(false)
  }
  const empty = step.asks.filter(ask => !ask.optional && !values[ask.key]?.trim()).map(ask => of(ask.name))
  if (step.proof === 'photo' && photo === null) empty.push(t('runbooks.photo'))
  const lacking = empty.length > 0 ? t('runbooks.needs', { what: empty.join(t('common.listSep')) }) : null
  const role = allowed ? null : t('runbooks.blockedRole')
  if (!open)
    return (
      <div className="row wrap g2 rb-a">
        {phones}
        <Button blocked={away ?? role} onClick={() => setWanted(true)}>
          {t('runbooks.doThis')}
        </Button>
      </div>
    )
  const simple = step.asks.length === 0 && step.proof !== 'photo'
  return (
    <div className="rb-f col g2">
      {leaving ? null : (
        <>
          <div className="row wrap g2">{phones}</div>
          {step.asks.map(ask => (
            <Field key={ask.key} label={of(ask.name)} hint={ask.optional ? t('runbooks.ifKnown') : undefined}>
              {ask.kind === 'time' ? (
                <span className="row g2">
                  <input
                    className="inp grow"
                    type="datetime-local"
                    value={values[ask.key] ?? ''}
                    onChange={event => setValues({ ...values, [ask.key]: event.target.value })}
                  />
                  <Button small onClick={() => setValues({ ...values, [ask.key]: localNow() })}>
                    {t('runbooks.now')}
                  </Button>
                </span>
              ) : (
                <input
                  className="inp"
                  inputMode={ask.kind === 'number' ? 'decimal' : 'text'}
                  maxLength={500}
                  value={values[ask.key] ?? ''}
                  onChange={event => setValues({ ...values, [ask.key]: event.target.value })}
                />
              )}
            </Field>
          ))}
          {step.proof === 'photo' ? <Photo photo={photo} onPhoto={setPhoto} onError={setError} /> : null}
        </>
      )}
      {leaving || !simple ? (
        <Field
          label={t(leaving ? 'runbooks.whyLeftOut' : 'runbooks.note')}
          hint={leaving ? undefined : t('runbooks.ifAny')}
        >
          <input className="inp" maxLength={500} value={note} onChange={event => setNote(event.target.value)} />
        </Field>
      ) : null}
      <div className="row wrap g2">
        {leaving ? (
          <>
            <Button
              blocked={away ?? role ?? (note.trim() === '' ? t('orders.needReason') : null)}
              sayWhy
              onClick={() => void send('leave-out')}
            >
              {t('runbooks.leaveOut')}
            </Button>
            <Button onClick={() => setLeaving(false)}>{t('common.cancel')}</Button>
          </>
        ) : (
          <>
            <Button
              primary={now}
              className="big"
              blocked={away ?? role ?? lacking}
              sayWhy
              onClick={() => void send('do')}
            >
              {t(`proof.${step.proof}`)}
            </Button>
            {step.safety ? null : <Button onClick={() => setLeaving(true)}>{t('runbooks.leaveOut')}…</Button>}
          </>
        )}
      </div>
      <Refusal error={error} />
    </div>
  )
}

/** The moment in the form that a datetime-local field takes: the clock of this screen's zone. */
function localNow(): string {
  const date = new Date(serverNow())
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

const EDGES = [1280, 960, 640]
/** As base64, a quarter of a megabyte at most: what the gateway takes. */
const MOST_CHARS = 230_000

interface PhotoProps {
  readonly photo: string | null
  readonly onPhoto: (photo: string | null) => void
  readonly onError: (error: unknown) => void
}
/** A phone's camera gives megabytes; what is kept is small enough for a slow radio link. */
function Photo({ photo, onPhoto, onError }: PhotoProps) {
  const { t } = useText()
  const box = useRef<HTMLInputElement>(null)
  const take = async (file: File | undefined) => {
    if (!file) return
    try {
      onPhoto(await shrunk(file))
    } catch {
      onError(new Error(t('runbooks.noPhoto')))
    }
  }
  return (
    <div className="row wrap g2">
      <input
        ref={box}
        className="sr"
        type="file"
        accept="image/*"
        capture="environment"
        tabIndex={-1}
        aria-label={t('runbooks.photo')}
        onChange={event => void take(event.target.files?.[0])}
      />
      <Button onClick={() => box.current?.click()}>
        {t(photo === null ? 'runbooks.takePhoto' : 'runbooks.takeAgain')}
      </Button>
      {photo === null ? null : (
        <img className="rb-p" src={`data:image/jpeg;base64,${photo}`} alt={t('runbooks.photo')} />
      )}
    </div>
  )
}

async function shrunk(file: File): Promise<string> {
  const picture = await createImageBitmap(file)
  for (const edge of EDGES) {
    const scale = Math.min(1, edge / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(picture.width * scale))
    canvas.height = Math.max(1, Math.round(picture.height * scale))
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const base64 = canvas.toDataURL('image/jpeg', 0.7).split(',')[1] ?? ''
    if (base64.length > 0 && base64.length <= MOST_CHARS) return base64
  }
  throw new Error('too large')
}
