import { useState } from 'react'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import { useUnsaved } from '../../leave.ts'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'
import { Saving } from './Saving.tsx'
import { useSiteEdit } from './siteedit.ts'

interface Room {
  readonly least?: number
  readonly checks?: readonly { readonly from: string; readonly to: string }[]
  readonly everyMin?: readonly [number, number]
  readonly answerMin?: number
}
const fieldsOf = (room: Room) => ({
  least: String(room.least ?? 2),
  from: room.checks ? (room.checks[0]?.from ?? '') : '22:00',
  to: room.checks ? (room.checks[0]?.to ?? '') : '07:00',
  soonest: String(room.everyMin?.[0] ?? 30),
  latest: String(room.everyMin?.[1] ?? 120),
  answer: String(room.answerMin ?? 5),
})
const keys = ['least', 'from', 'to', 'soonest', 'latest', 'answer'] as const
const isTime = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)
const isCount = (text: string, least: number, most: number) =>
  /^\d{1,4}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most

/** How many people keep the control room, and when they are asked to show that they are there. */
export function ControlRoomSettings({ site, own }: { readonly site: SiteView; readonly own: unknown }) {
  const { t } = useText()
  const edit = useSiteEdit(site)
  const room = typeof own === 'object' && own !== null ? (own as Room) : null
  const [on, setOn] = useState(room !== null)
  const [form, setForm] = useState(() => fieldsOf(room ?? {}))
  const was = fieldsOf(room ?? {})
  useUnsaved(on !== (room !== null) || (on && keys.some(key => form[key] !== was[key])))
  const timesOk = (form.from === '' && form.to === '') || (isTime(form.from) && isTime(form.to))
  const right =
    timesOk &&
    isCount(form.least, 1, 20) &&
    isCount(form.soonest, 5, 1440) &&
    isCount(form.latest, 5, 1440) &&
    Number(form.latest) >= Number(form.soonest) &&
    isCount(form.answer, 1, 60)
  const save = () => {
    // More spans than one, or some of weekdays only, are written in the text; this form leaves the others as they are.
    const first = form.from === '' ? [] : [{ ...room?.checks?.[0], from: form.from, to: form.to }]
    const next = {
      ...{ ...room, least: Number(form.least), checks: [...first, ...(room?.checks ?? []).slice(1)] },
      ...{ everyMin: [Number(form.soonest), Number(form.latest)], answerMin: Number(form.answer) },
    }
    void edit.save([[['controlRoom'], on ? next : undefined]])
  }
  return (
    <section className="card" aria-label={t('controlRoom.title')}>
      <div className="card-h">
        <h2>{t('controlRoom.title')}</h2>
      </div>
      <div className="card-b col g3">
        <label className="row">
          <input type="checkbox" checked={on} onChange={event => setOn(event.target.checked)} />
          {t('controlRoom.watch')}
        </label>
        {on ? (
          <div className="two">
            {keys.map(key => (
              <Field key={key} label={t(`controlRoom.set-${key}`)}>
                <input
                  className="inp mono"
                  inputMode={key === 'from' || key === 'to' ? 'text' : 'numeric'}
                  size={5}
                  value={form[key]}
                  onChange={event => setForm({ ...form, [key]: event.target.value })}
                />
              </Field>
            ))}
          </div>
        ) : null}
      </div>
      <Saving edit={edit}>
        <Button primary blocked={edit.blocked ?? (on && !right ? t('controlRoom.wrong') : null)} onClick={save}>
          {t('orderSettings.save')}
        </Button>
      </Saving>
    </section>
  )
}
