import { useState } from 'react'
import type { TariffView } from '../../../../gateway/http/contract.ts'
import { meterMedia, pointUses, registerCodes } from '../../../../rules/readings/book.ts'
import { useMay, useMe } from '../../api.ts'
import { useBilling, useTariffs } from '../../billing.ts'
import { formatDay, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'
import { Empty, Loaded } from '../notes.tsx'

/** What a unit costs, from which day on. */
export function Tariffs() {
  const { t, code } = useText()
  const away = useRecordBlock()
  const manages = useMay('tariff.manage')
  const zone = useMe().site.timezone
  const query = useTariffs()
  const [doing, setDoing] = useState<'add' | TariffView | null>(null)
  return (
    <section className="card" aria-label={t('billing.tariffs')}>
      <div className="card-h wrap">
        <h2>{t('billing.tariffs')}</h2>
        <span className="cap">{t('billing.tariffsSub')}</span>
        {manages ? (
          <span className="ml">
            <Button small icon="plus" blocked={away} onClick={() => setDoing('add')}>
              {t('billing.addTariff')}
            </Button>
          </span>
        ) : null}
      </div>
      <Loaded query={query} what={t('billing.tariffs')}>
        {items =>
          items.length === 0 ? (
            <Empty title={t('billing.noTariff')} why={t('billing.noTariffWhy')} />
          ) : (
            <table className="tbl flow" aria-label={t('billing.tariffs')}>
              <thead>
                <tr>
                  <th>{t('billing.what')}</th>
                  <th className="r">{t('billing.price')}</th>
                  <th>{t('billing.from')}</th>
                  <th>{t('billing.evidence')}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {items.map(one => (
                  <tr key={one.n}>
                    <td>
                      {code('medium', one.medium)} · {code('registerCode', one.register)} ·{' '}
                      {one.uses.length === 0
                        ? t('billing.everyUse')
                        : one.uses.map(use => code('pointUse', use)).join('、')}
                    </td>
                    <td className="r nw">{one.price}</td>
                    <td className="nw">{formatDay(Date.parse(one.from), zone).slice(0, 10)}</td>
                    <td className="dim">
                      <bdi>{plain(one.evidence)}</bdi> · <bdi>{plain(one.by)}</bdi>
                    </td>
                    <td className="r">
                      {manages ? (
                        <Button small blocked={away} onClick={() => setDoing(one)}>
                          {t('billing.takeBack')}
                        </Button>
                      ) : null}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      {doing === 'add' ? <AddDialog onClose={() => setDoing(null)} /> : null}
      {doing !== null && doing !== 'add' ? <BackDialog tariff={doing} onClose={() => setDoing(null)} /> : null}
    </section>
  )
}

function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, code } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useBilling<TariffView>(onClose)
  const [form, setForm] = useState({ medium: 'electricity', register: 'total', use: '', price: '', from: '', evidence: '' })
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const lacks = (['price', 'from', 'evidence'] as const).find(field => form[field].trim() === '')
  const pick = (field: 'medium' | 'register' | 'use', all: readonly string[], name: (id: string) => string) => (
    <Field label={t(`billing.${field}`)}>
      <select className="inp" value={form[field]} onChange={event => set({ [field]: event.target.value })}>
        {all.map(id => (
          <option key={id} value={id}>
            {name(id)}
          </option>
        ))}
      </select>
    </Field>
  )
  return (
    <Dialog
      title={t('billing.addTariff')}
      verb={t('billing.addTariff')}
      blocked={away ?? (lacks ? t('common.lacks', { what: t(`billing.${lacks}`) }) : null)}
      busy={busy}
      error={error}
      onDo={() => {
        const { use, ...rest } = form
        void send('tariffs', { ...rest, price: form.price.trim(), evidence: form.evidence.trim(), uses: use === '' ? [] : [use] })
      }}
      onClose={onClose}
    >
      <div className="two">
        {pick('medium', meterMedia, id => code('medium', id))}
        {pick('register', registerCodes, id => code('registerCode', id))}
      </div>
      <div className="two">
        {pick('use', ['', ...pointUses], id => (id === '' ? t('billing.everyUse') : code('pointUse', id)))}
        <Field label={t('billing.price')}>
          <input className="inp" inputMode="decimal" maxLength={16} value={form.price} onChange={event => set({ price: event.target.value })} />
        </Field>
      </div>
      <Field label={t('billing.from')} hint={t('billing.fromHint')}>
        <input className="inp" type="date" value={form.from} onChange={event => set({ from: event.target.value })} />
      </Field>
      <Field label={t('billing.evidence')} hint={t('billing.evidenceHint')}>
        <input className="inp" maxLength={1000} value={form.evidence} onChange={event => set({ evidence: event.target.value })} />
      </Field>
    </Dialog>
  )
}

function BackDialog({ tariff, onClose }: { readonly tariff: TariffView; readonly onClose: () => void }) {
  const { t, code } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useBilling<unknown>(onClose)
  return (
    <Dialog
      title={t('billing.takeBackAsk', { what: `${code('medium', tariff.medium)} ${tariff.price}` })}
      verb={t('billing.takeBack')}
      blocked={away}
      busy={busy}
      error={error}
      onDo={() => void send(`tariffs/${tariff.n}`, undefined, 'DELETE')}
      onClose={onClose}
    >
      <p>{t('billing.takeBackWhy')}</p>
    </Dialog>
  )
}
