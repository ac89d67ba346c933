import { useState } from 'react'
import type { SpecialView } from '../../../gateway/http/contract.ts'
import { type PartySide, partySides } from '../../../rules/readings/special.ts'
import { call, useMe } from '../api.ts'
import { plain } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { SignPad } from '../parts/SignPad.tsx'
import { useText } from '../text/index.ts'
import { readingsChanged } from './data.ts'

interface Party {
  readonly name: string
  readonly side: PartySide
  readonly image: string | null
}
interface Props {
  readonly form: SpecialView
  readonly onSigned: (next: SpecialView) => void
  readonly onClose: () => void
}
const MOST = 4

/** Both parties sign at once what both have seen: the other one by hand, whoever is signed in for the house. */
export function SignDialog({ form, onSigned, onClose }: Props) {
  const { t } = useText()
  const away = useRecordBlock()
  const me = useMe()
  const [parties, setParties] = useState<readonly Party[]>([
    form.incoming !== ''
      ? { name: form.incoming, side: 'incoming', image: null }
      : { name: form.outgoing, side: form.outgoing === '' ? 'witness' : 'outgoing', image: null },
  ])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (i: number, change: Partial<Party>) => setParties(parties.with(i, { ...parties[i]!, ...change }))
  const lacks = parties.some(p => p.name.trim() === '')
    ? t('special.party')
    : parties.some(p => p.image === null)
      ? t('special.drawn')
      : null
  const send = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const body = { seen: form.seen, parties: parties.map(p => ({ ...p, name: p.name.trim() })) }
      const path = `special-readings/${encodeURIComponent(form.id)}/sign`
      onSigned(await call<SpecialView>(path, { method: 'POST', body }))
      await readingsChanged()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={t('special.signTitle')}
      verb={t('special.sign')}
      blocked={away ?? (lacks === null ? null : t('common.lacks', { what: lacks }))}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <p className="dim">{t('special.signWhy', { name: plain(me.name) })}</p>
      {parties.map((party, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are only ever added at the end
        <div key={i} className="col g2">
          <div className="two">
            <Field label={t('special.party')}>
              <input
                className="inp"
                name={`party-${i}`}
                maxLength={100}
                value={party.name}
                onChange={event => set(i, { name: event.target.value })}
              />
            </Field>
            <Field label={t('special.side')}>
              <select
                className="inp"
                value={party.side}
                onChange={event => set(i, { side: event.target.value as PartySide })}
              >
                {partySides.map(side => (
                  <option key={side} value={side}>
                    {t(`special.sides.${side}`)}
                  </option>
                ))}
              </select>
            </Field>
          </div>
          <SignPad onChange={image => set(i, { image })} />
        </div>
      ))}
      {parties.length < MOST ? (
        <div>
          <Button
            small
            icon="plus"
            onClick={() => setParties([...parties, { name: form.outgoing, side: 'outgoing', image: null }])}
          >
            {t('special.second')}
          </Button>
        </div>
      ) : null}
    </Dialog>
  )
}
