import { useRef, useState } from 'react'
import type { SwitchingView } from '../../../../gateway/http/contract.ts'
import { newKey, post, useMay, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { switchingsChanged, useSwitchings } from '../../permits.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Field } from '../Dialog.tsx'
import { Empty, Loaded } from '../notes.tsx'
import { Asking } from './Asking.tsx'

/** The switching log: each ticket with its steps, read by the guardian and done by the operator. */
export function Switchings() {
  const { t } = useText()
  const query = useSwitchings()
  const away = useRecordBlock()
  const mayWrite = useMay('switching.write')
  const [making, setMaking] = useState(false)
  return (
    <section className="card" aria-label={t('switching.title')}>
      <div className="card-h wrap">
        <h2>{t('switching.title')}</h2>
        <span className="ml row wrap rp-x">
          <Button small onClick={() => window.print()}>
            {t('permits.print')}
          </Button>
          <Button
            small
            primary
            icon="plus"
            blocked={away ?? (mayWrite ? null : t('switching.blockedRole'))}
            onClick={() => setMaking(true)}
          >
            {t('switching.new')}
          </Button>
        </span>
      </div>
      <Loaded query={query} what={t('switching.title')}>
        {list =>
          list.length === 0 ? (
            <Empty icon="equipment" title={t('switching.none')} why={t('switching.noneWhy')} />
          ) : (
            <ul className="drs">
              {list.map(one => (
                <Ticket key={one.id} ticket={one} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {making ? <NewSwitching onClose={() => setMaking(false)} /> : null}
    </section>
  )
}

function Ticket({ ticket: s }: { readonly ticket: SwitchingView }) {
  const { t, of } = useText()
  const { name, site } = useMe()
  const away = useRecordBlock()
  const [doing, setDoing] = useState<'read' | 'done' | 'abandon' | null>(null)
  const [reason, setReason] = useState('')
  const when = (time: string | null) => (time === null ? '' : formatDay(Date.parse(time), site.timezone))
  const same = (other: string) => other.toLowerCase() === name.toLowerCase()
  const step = s.steps[s.next]
  const action = step && s.phase === 'open' ? (step.readAt === null ? 'read' : 'done') : null
  const whose = action === 'read' ? s.guardian : s.operator
  const send = async () => {
    await post(
      doing === 'abandon' ? `switchings/${s.id}/abandon` : `switchings/${s.id}/steps/${s.next}/${doing}`,
      doing === 'abandon' ? { reason: reason.trim() } : undefined,
    )
    await switchingsChanged()
  }
  return (
    <li className={`dr ${s.phase === 'open' ? 'maintenance' : ''}`} data-switching={s.no}>
      <div className="row wrap">
        <b>{plain(s.task)}</b>
        {s.equipmentName ? <span>{of(s.equipmentName)}</span> : null}
        <span className={`dr-m ${s.phase === 'open' ? 'maintenance' : 'normal'}`}>
          {t(`switchingPhase.${s.phase}`)}
        </span>
        <span>{t('switching.operatorIs', { name: plain(s.operator) })}</span>
        <span>{t('switching.guardianIs', { name: plain(s.guardian) })}</span>
        <span className="ml mono dim">
          {s.no} {when(s.at)}
        </span>
      </div>
      <ol className="sw-s">
        {s.steps.map((one, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps stay in their order
          <li key={n} className={n === s.next && s.phase === 'open' ? 'b' : ''}>
            <span>{plain(one.text)}</span>
            <span className="cap">
              {one.readAt ? t('switching.readAt', { at: when(one.readAt) }) : ''}{' '}
              {one.doneAt ? t('switching.doneAt', { at: when(one.doneAt) }) : ''}
            </span>
          </li>
        ))}
      </ol>
      {s.reason === '' ? null : <span className="dim">{plain(s.reason)}</span>}
      {action ? (
        <span className="row wrap rp-x">
          <Button
            primary
            blocked={away ?? (same(whose) ? null : t('switching.notYou', { name: plain(whose) }))}
            onClick={() => setDoing(action)}
          >
            {t(`switching.${action}`, { n: s.next + 1 })}
          </Button>
          <Button
            small
            blocked={away ?? (same(s.operator) || same(s.guardian) ? null : t('switching.notOne'))}
            onClick={() => setDoing('abandon')}
          >
            {t('switching.abandon')}
          </Button>
        </span>
      ) : null}
      {doing ? (
        <Asking
          title={s.task}
          verb={doing === 'abandon' ? t('switching.abandon') : t(`switching.${doing}`, { n: s.next + 1 })}
          blocked={doing === 'abandon' && reason.trim() === '' ? t('common.lacks', { what: t('common.reason') }) : null}
          send={send}
          onClose={() => setDoing(null)}
        >
          {doing === 'abandon' ? (
            <Field label={t('common.reason')}>
              <input
                className="inp"
                name="reason"
                maxLength={200}
                value={reason}
                onChange={event => setReason(event.target.value)}
              />
            </Field>
          ) : (
            <p className="big">{plain(step?.text ?? '')}</p>
          )}
        </Asking>
      ) : null}
    </li>
  )
}

function NewSwitching({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText()
  const me = useMe()
  const key = useRef(newKey())
  const [form, setForm] = useState({ task: '', operator: me.name, guardian: '', steps: '' })
  const set = (field: keyof typeof form, value: string) => {
    key.current = newKey()
    setForm({ ...form, [field]: value })
  }
  const lacks = (['task', 'operator', 'guardian', 'steps'] as const).find(field => form[field].trim() === '')
  const send = async () => {
    const steps = form.steps
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '')
    await post('switchings', { ...form, steps }, key.current)
    await switchingsChanged()
  }
  return (
    <Asking
      title={t('switching.new')}
      verb={t('switching.open')}
      blocked={lacks ? t('common.lacks', { what: t(`switching.${lacks}`) }) : null}
      send={send}
      onClose={onClose}
    >
      {(['task', 'operator', 'guardian'] as const).map(field => (
        <Field key={field} label={t(`switching.${field}`)} hint={field === 'task' ? undefined : t('switching.account')}>
          <input
            className="inp"
            name={field}
            maxLength={200}
            autoComplete="off"
            value={form[field]}
            onChange={event => set(field, event.target.value)}
          />
        </Field>
      ))}
      <Field label={t('switching.steps')} hint={t('switching.stepsHint')}>
        <textarea
          className="inp"
          name="steps"
          rows={6}
          value={form.steps}
          onChange={event => set('steps', event.target.value)}
        />
      </Field>
    </Asking>
  )
}
