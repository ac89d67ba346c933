import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { HelpCallView } from '../../../gateway/http/contract.ts'
import { newKey, post, queries, useHelpCalls, useMe } from '../api.ts'
import { formatNumber, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'

/** Calls for help by telephone [M53]: each is an alarm at once, and shows what is known of the unit. */
export default function HelpCalls() {
  const { t } = useText()
  const away = useRecordBlock()
  const [past, setPast] = useState(false)
  const [taking, setTaking] = useState(false)
  const query = useHelpCalls(past)
  const open = query.data?.filter(c => c.endedAt === null).length
  return (
    <Page title={t('help.title')} sub={open === undefined ? undefined : t('help.sub', { n: open })}>
      <div className="row wrap bar-h">
        <fieldset className="tabs bare" aria-label={t('help.show')}>
          <button type="button" aria-pressed={!past} onClick={() => setPast(false)}>
            {t('help.open')}
          </button>
          <button type="button" aria-pressed={past} onClick={() => setPast(true)}>
            {t('help.past')}
          </button>
        </fieldset>
        <span className="ml">
          <Button primary icon="plus" blocked={away} onClick={() => setTaking(true)}>
            {t('help.take')}
          </Button>
        </span>
      </div>
      <Loaded query={query} what={t('help.title')}>
        {calls =>
          calls.length === 0 ? (
            <section className="card">
              <Empty icon="help" title={t('help.none')} why={t('help.noneWhy')} />
            </section>
          ) : (
            <div className="col g3">
              {calls.map(call => (
                <Call key={call.id} call={call} />
              ))}
            </div>
          )
        }
      </Loaded>
      {taking ? <Take onClose={() => setTaking(false)} /> : null}
    </Page>
  )
}

function Call({ call }: { readonly call: HelpCallView }) {
  const { t, of, lang, code } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const [ending, setEnding] = useState(false)
  const { unit } = call
  const at = (time: string) => formatWhen(Date.parse(time), serverNow(), lang, zone)
  const caller = [call.caller.name, call.caller.phone].filter(w => w !== '').join(' ')
  return (
    <section className="card">
      <div className="card-h">
        <h2 className="mono">{call.no}</h2>
        <span className="dim">{at(call.at)}</span>
        {call.endedAt === null ? (
          <span className="ml">
            <Button small blocked={away} onClick={() => setEnding(true)}>
              {t('help.end')}
            </Button>
          </span>
        ) : null}
      </div>
      <div className="card-b col g3">
        <b>
          <bdi>{plain([call.room, call.text].filter(w => w !== '').join(' '))}</bdi>
        </b>
        {caller === '' ? null : <bdi>{plain(caller)}</bdi>}
        {unit === null ? (
          call.endedAt === null ? (
            <Note sort="high" icon="warn">
              {t('help.unknown')}
            </Note>
          ) : null
        ) : (
          <div className="col g2">
            <span>
              {t('help.unit')} <b>{unit.spaces.map(s => of(s.name)).join(' › ')}</b>
            </span>
            <span className="cap">
              {[
                unit.use ? code('spaceUse', unit.use) : '',
                unit.state ? code('unitState', unit.state) : '',
                unit.area === null ? '' : t('help.area', { n: formatNumber(unit.area, lang) }),
                plain(unit.tenant ?? ''),
              ]
                .filter(w => w !== '')
                .join(' · ')}
            </span>
            {unit.contacts.length === 0 ? null : (
              <span>
                {t('help.contacts')}{' '}
                {unit.contacts.map(c => (
                  <span key={c.phone}>
                    {of(c.name)}{' '}
                    <a className="link mono" href={`tel:${c.phone.replace(/[ -]/g, '')}`}>
                      {plain(c.phone)}
                    </a>{' '}
                  </span>
                ))}
              </span>
            )}
          </div>
        )}
        {call.workorder ? (
          <Link href={`/orders/${encodeURIComponent(call.workorder.id)}`} className="link">
            {t('help.order', { no: call.workorder.no })}
          </Link>
        ) : null}
        {call.endedAt === null ? null : (
          <span className="dim">
            {t('help.ended', {
              by: plain(call.endedBy ?? ''),
              time: at(call.endedAt),
              result: plain(call.result ?? ''),
            })}
          </span>
        )}
      </div>
      {ending ? <End call={call} onClose={() => setEnding(false)} /> : null}
    </section>
  )
}

const read = () => queries.invalidateQueries({ queryKey: ['help'] })

export function Take({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText()
  const away = useRecordBlock()
  const key = useRef(newKey())
  const [form, setForm] = useState({ room: '', text: '', name: '', phone: '' })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (change: Partial<typeof form>) => {
    key.current = newKey()
    setForm({ ...form, ...change })
  }
  const raise = async () => {
    setBusy(true)
    setError(null)
    try {
      const caller = { name: form.name.trim(), phone: form.phone.trim() }
      await post('help-calls', { room: form.room.trim(), text: form.text.trim(), caller }, key.current)
      await read()
      onClose()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  const input = (field: keyof typeof form, most: number) => (
    <Field label={t(`help.${field}`)} hint={field === 'room' ? t('intake.roomHint') : t('intake.optional')}>
      <input
        className="inp"
        maxLength={most}
        autoComplete="off"
        inputMode={field === 'phone' ? 'tel' : 'text'}
        value={form[field]}
        onChange={event => set({ [field]: event.target.value })}
      />
    </Field>
  )
  const lacks = form.room.trim() === '' && form.phone.trim() === '' ? t('help.placeLacks') : null
  return (
    <Dialog
      title={t('help.take')}
      verb={t('help.raise')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void raise()}
      onClose={onClose}
    >
      {input('room', 60)}
      {input('text', 180)}
      <div className="two">
        {input('name', 64)}
        {input('phone', 32)}
      </div>
    </Dialog>
  )
}

function End({ call, onClose }: { readonly call: HelpCallView; readonly onClose: () => void }) {
  const { t } = useText()
  const away = useRecordBlock()
  const [result, setResult] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const end = async () => {
    setBusy(true)
    setError(null)
    try {
      await post(`help-calls/${encodeURIComponent(call.id)}/end`, { result: result.trim() })
      await read()
      onClose()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t('help.endOf', { no: call.no })}
      verb={t('help.end')}
      blocked={away ?? (result.trim() === '' ? t('help.resultLacks') : null)}
      busy={busy}
      error={error}
      onDo={() => void end()}
      onClose={onClose}
    >
      <Field label={t('help.result')}>
        <textarea
          className="inp"
          rows={3}
          maxLength={500}
          autoFocus
          value={result}
          onChange={event => setResult(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
