import { type ReactNode, useState } from 'react'
import { useLocation } from 'wouter'
import type { ComplaintView } from '../../../gateway/http/contract.ts'
import {
  type ComplaintAction,
  complaintChannels,
  complaintClasses,
  complaintKinds,
  complaintSubjects,
} from '../../../rules/complaint.ts'
import { crewFor, type Nature, natures, visitOutcomes } from '../../../rules/workorder.ts'
import { newKey, post } from '../api.ts'
import { useText } from '../text/index.ts'
import { useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { putCase } from './putCase.ts'

interface Props {
  readonly c: ComplaintView
  readonly onClose: () => void
}
/** Sends one thing, once; what is sent again unchanged counts once. */
function useSend(onClose: () => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [key, setKey] = useState(newKey)
  const send = async (path: string, body: object): Promise<ComplaintView | null> => {
    if (busy) return null
    setBusy(true)
    setError(null)
    try {
      const made = await post<ComplaintView>(path, body, key)
      putCase(made)
      onClose()
      return made
    } catch (refused) {
      setError(refused)
      setKey(newKey())
      return null
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, send }
}
const pathOf = (c: ComplaintView, what: string) => `complaints/${encodeURIComponent(c.id)}/${what}`

interface ChoiceProps {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly options: readonly (readonly [value: string, word: string])[]
  /** Nothing is chosen at first. */
  readonly open?: boolean
}
function Choice({ label, hint, value, onChange, options, open = false }: ChoiceProps) {
  const { t } = useText()
  return (
    <Field label={label} hint={hint}>
      <select className="inp" value={value} onChange={event => onChange(event.target.value)}>
        {open ? <option value="">{t('common.choose')}</option> : null}
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    </Field>
  )
}
function Words(props: { label: string; hint?: string; value: string; most: number; onChange: (v: string) => void }) {
  const { label, hint, value, most, onChange } = props
  return (
    <Field label={label} hint={hint}>
      <textarea
        className="inp"
        rows={3}
        maxLength={most}
        value={value}
        onChange={event => onChange(event.target.value)}
      />
    </Field>
  )
}

const nobody = { room: '', name: '', phone: '' }
function Customer({ who, set }: { readonly who: typeof nobody; readonly set: (who: typeof nobody) => void }) {
  const { t } = useText()
  const input = (field: keyof typeof nobody, most: number, hint: string): ReactNode => (
    <Field label={t(`service.${field}`)} hint={hint}>
      <input
        className="inp"
        maxLength={most}
        autoComplete="off"
        inputMode={field === 'phone' ? 'tel' : 'text'}
        value={who[field]}
        onChange={event => set({ ...who, [field]: event.target.value })}
      />
    </Field>
  )
  return (
    <>
      {input('room', 60, t('intake.roomHint'))}
      <div className="two">
        {input('name', 64, t('intake.optional'))}
        {input('phone', 32, t('intake.optional'))}
      </div>
    </>
  )
}
const trimmed = ({ room, name, phone }: typeof nobody) => ({
  ...{ room: room.trim(), name: name.trim(), phone: phone.trim() },
})

/** 投诉处理表: what, who, which class. */
export function NewComplaint({ onClose }: Omit<Props, 'c'>) {
  const { t } = useText()
  const [, go] = useLocation()
  const away = useRecordBlock()
  const { busy, error, send } = useSend(onClose)
  const [form, setForm] = useState({ kind: 'complaint', subject: '', class: 'general', channel: 'phone', text: '' })
  const [who, setWho] = useState(nobody)
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const lacks =
    form.subject === ''
      ? t('common.lacks', { what: t('service.subject') })
      : form.text.trim() === ''
        ? t('common.lacks', { what: t('service.text') })
        : null
  const done = async () => {
    const made = await send('complaints', { ...form, text: form.text.trim(), customer: trimmed(who) })
    if (made) go(`/orders/desk/${encodeURIComponent(made.id)}`)
  }
  const choice = <K extends 'kind' | 'subject' | 'class' | 'channel'>(
    field: K,
    label: string,
    options: readonly (readonly [string, string])[],
    open = false,
  ) => (
    <Choice
      label={label}
      open={open}
      value={form[field]}
      onChange={value => set({ [field]: value } as Partial<typeof form>)}
      options={options}
    />
  )
  return (
    <Dialog
      title={t('service.new')}
      verb={t('service.file')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void done()}
      onClose={onClose}
    >
      <div className="two">
        {choice(
          'kind',
          t('service.kind'),
          complaintKinds.map(one => [one, t(`complaintKind.${one}`)]),
        )}
        {choice(
          'subject',
          t('service.subject'),
          complaintSubjects.map(one => [one, t(`complaintSubject.${one}`)]),
          true,
        )}
      </div>
      <Words label={t('service.text')} most={1000} value={form.text} onChange={text => set({ text })} />
      <Customer who={who} set={setWho} />
      <div className="two">
        {choice(
          'class',
          t('orders.class'),
          complaintClasses.map(one => [one, t(`complaintClass.${one}`)]),
        )}
        {choice(
          'channel',
          t('service.cameBy'),
          complaintChannels.map(one => [one, t(`complaintChannel.${one}`)]),
        )}
      </div>
    </Dialog>
  )
}

/** A move that asks for words, a class or a name. */
export function MoveDialog({ c, action, onClose }: Props & { readonly action: ComplaintAction }) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useSend(onClose)
  const [words, setWords] = useState(action === 'propose' ? c.proposal : '')
  const [to, setTo] = useState(action === 'pass' ? c.department : '')
  const [sort, setSort] = useState('')
  const named = action === 'pass' || action === 'report-up'
  const reasoned = action === 'classify' || action === 'withdraw'
  const label = t(reasoned ? 'common.reason' : action === 'reply' ? 'service.result' : 'service.proposal')
  const lacks =
    action === 'classify' && sort === ''
      ? t('common.lacks', { what: t('orders.class') })
      : named && to.trim() === ''
        ? t('common.lacks', { what: t(action === 'pass' ? 'service.department' : 'service.toldWhom') })
        : !named && words.trim() === ''
          ? t('common.lacks', { what: label })
          : null
  const body = {
    from: c.phase,
    ...(named ? { to: to.trim() } : reasoned ? { reason: words.trim() } : { text: words.trim() }),
    ...(action === 'classify' && { class: sort }),
  }
  return (
    <Dialog
      title={`${t(`complaintAction.${action}`)} ${c.no}`}
      verb={t(`complaintAction.${action}`)}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void send(pathOf(c, action), body)}
      onClose={onClose}
    >
      {action === 'classify' ? (
        <Choice
          label={t('orders.class')}
          open
          value={sort}
          onChange={setSort}
          options={complaintClasses.filter(one => one !== c.class).map(one => [one, t(`complaintClass.${one}`)])}
        />
      ) : null}
      {named ? (
        <Field label={t(action === 'pass' ? 'service.department' : 'service.toldWhom')}>
          <input className="inp" maxLength={100} value={to} onChange={event => setTo(event.target.value)} />
        </Field>
      ) : (
        <Words
          label={label}
          {...(action === 'reply' ? { hint: t('service.resultHint') } : {})}
          most={reasoned ? 500 : 1000}
          value={words}
          onChange={setWords}
        />
      )}
    </Dialog>
  )
}

export function VisitCase({ c, onClose }: Props) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useSend(onClose)
  const [outcome, setOutcome] = useState('answered')
  const [satisfied, setSatisfied] = useState('')
  const [score, setScore] = useState('')
  const [note, setNote] = useState('')
  const answered = outcome === 'answered'
  const body = {
    ...{ outcome, note: note.trim(), satisfied: answered ? satisfied === 'yes' : null },
    score: answered && score !== '' ? Number(score) : null,
  }
  return (
    <Dialog
      title={`${t('orders.addVisit')} ${c.no}`}
      verb={t('orders.addVisit')}
      blocked={away ?? (answered && satisfied === '' ? t('common.lacks', { what: t('service.isSatisfied') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send(pathOf(c, 'visits'), body)}
      onClose={onClose}
    >
      <Choice
        label={t('orders.outcome')}
        value={outcome}
        onChange={setOutcome}
        options={visitOutcomes.map(one => [one, t(`visitOutcome.${one}`)])}
      />
      {answered ? (
        <div className="two">
          <Choice
            label={t('service.isSatisfied')}
            open
            value={satisfied}
            onChange={setSatisfied}
            options={[
              ['yes', t('service.satisfied')],
              ['no', t('service.notSatisfied')],
            ]}
          />
          <Choice
            label={t('orders.score')}
            hint={t('intake.optional')}
            value={score}
            onChange={setScore}
            options={[['', t('orders.noneSaid')], ...[5, 4, 3, 2, 1].map(n => [`${n}`, `${n}`] as const)]}
          />
        </div>
      ) : null}
      {satisfied === 'no' && answered ? <b>{t('service.opensAgain')}</b> : null}
      <Words label={t('orders.note')} most={500} value={note} onChange={setNote} />
    </Dialog>
  )
}

export function VoiceDialog({ c, onClose }: Props) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useSend(onClose)
  const [who, setWho] = useState(nobody)
  return (
    <Dialog
      title={t('service.voiceOf', { no: c.no })}
      verb={t('service.voice')}
      blocked={away ?? (who.room.trim() === '' ? t('common.lacks', { what: t('service.room') }) : null)}
      busy={busy}
      error={error}
      onDo={() => void send(pathOf(c, 'voices'), trimmed(who))}
      onClose={onClose}
    >
      <Customer who={who} set={setWho} />
    </Dialog>
  )
}

export function RepairDialog({ c, onClose }: Props) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useSend(onClose)
  const [nature, setNature] = useState<Nature | ''>('')
  const [words, setWords] = useState(c.text.slice(0, 180))
  const [room, setRoom] = useState(c.voices[0]?.room ?? '')
  const lacks =
    nature === ''
      ? t('common.lacks', { what: t('orders.nature') })
      : words.trim() === ''
        ? t('common.lacks', { what: t('intake.text') })
        : null
  return (
    <Dialog
      title={t('service.repairOf', { no: c.no })}
      verb={t('service.repair')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void send(pathOf(c, 'repair'), { nature, text: words.trim(), room: room.trim() })}
      onClose={onClose}
    >
      <Choice
        label={t('orders.nature')}
        {...(nature === '' ? {} : { hint: t(`crew.${crewFor(nature)}`) })}
        open
        value={nature}
        onChange={value => setNature(value as Nature | '')}
        options={natures.map(one => [one, t(`nature.${one}`)])}
      />
      <Words label={t('intake.text')} most={180} value={words} onChange={setWords} />
      <Field label={t('intake.room')}>
        <input className="inp" maxLength={60} value={room} onChange={event => setRoom(event.target.value)} />
      </Field>
    </Dialog>
  )
}
