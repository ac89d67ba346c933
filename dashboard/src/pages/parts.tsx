import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { PartView, TrailView } from '../../../gateway/http/contract.ts'
import { centsOf } from '../../../rules/orderwork.ts'
import { call, type Items, newKey, queries, useMay, useMe, useParts } from '../api.ts'
import { formatQuantity, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Back } from '../parts/Back.tsx'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { quantityOf } from '../parts/OrderPart.tsx'
import { useText } from '../text/index.ts'

type Doing =
  | { readonly what: 'change' | 'receive' | 'count' | 'trail'; readonly part: PartView }
  | { readonly what: 'add' }

/** The store: what there is, what is held for orders, and what is to be bought. */
export default function PartsPage() {
  const { t } = useText()
  const away = useRecordBlock()
  const manages = useMay('part.manage')
  const query = useParts()
  const [low, setLow] = useState(false)
  const [doing, setDoing] = useState<Doing | null>(null)
  const all = query.data ?? []
  const toBuy = all.filter(p => p.buy > 0).length
  return (
    <Page title={t('parts.title')} sub={query.data && t('parts.sub', { n: all.length, low: toBuy })}>
      <div className="row wrap bar-h">
        <Back href="/orders">{t('orders.title')}</Back>
        <fieldset className="tabs bare" aria-label={t('parts.show')}>
          <button type="button" aria-pressed={!low} onClick={() => setLow(false)}>
            {t('parts.all')}
          </button>
          <button type="button" aria-pressed={low} onClick={() => setLow(true)}>
            {t('parts.low')} <em>{toBuy}</em>
          </button>
        </fieldset>
        {manages ? (
          <span className="ml">
            <Button primary icon="plus" blocked={away} onClick={() => setDoing({ what: 'add' })}>
              {t('parts.add')}
            </Button>
          </span>
        ) : null}
      </div>
      <section className="card">
        <Loaded query={query} what={t('parts.title')}>
          {parts => {
            const shown = low ? parts.filter(p => p.buy > 0) : parts
            if (shown.length === 0)
              return <Empty title={t(low ? 'parts.noneLow' : 'parts.none')} why={low ? '' : t('parts.noneWhy')} />
            return <Table parts={shown} manages={manages} onDo={setDoing} />
          }}
        </Loaded>
      </section>
      {doing?.what === 'add' ? <FactsDialog part={null} onClose={() => setDoing(null)} /> : null}
      {doing?.what === 'change' ? <FactsDialog part={doing.part} onClose={() => setDoing(null)} /> : null}
      {doing?.what === 'receive' || doing?.what === 'count' ? (
        <MoveDialog part={doing.part} move={doing.what} onClose={() => setDoing(null)} />
      ) : null}
      {doing?.what === 'trail' ? <TrailDialog part={doing.part} onClose={() => setDoing(null)} /> : null}
    </Page>
  )
}

interface TableProps {
  readonly parts: readonly PartView[]
  readonly manages: boolean
  readonly onDo: (doing: Doing) => void
}
function Table({ parts, manages, onDo }: TableProps) {
  const { t, lang } = useText()
  const away = useRecordBlock()
  const n = (value: number) => formatQuantity(value, lang)
  const button = (what: 'change' | 'receive' | 'count', part: PartView) => (
    <Button
      small
      blocked={away}
      aria-label={t(`parts.${what}Of`, { name: plain(part.name) })}
      onClick={() => onDo({ what, part })}
    >
      {t(`parts.${what}`)}
    </Button>
  )
  return (
    <table className="tbl flow" aria-label={t('parts.title')}>
      <thead>
        <tr>
          <th>{t('parts.part')}</th>
          <th className="r">{t('parts.onHand')}</th>
          <th className="r">{t('parts.reserved')}</th>
          <th className="r">{t('parts.free')}</th>
          <th className="r">{t('parts.least')}</th>
          <th className="r">{t('parts.price')}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {parts.map(p => (
          <tr key={p.id}>
            <td className="wide">
              <b>
                <bdi>{plain(p.name)}</bdi>
              </b>{' '}
              <span className="mono dim">{p.id}</span>
              <div className="cap">
                {[plain(p.place), p.retired ? t('parts.retired') : ''].filter(w => w !== '').join(' · ')}
                {p.reservations.map(r => (
                  <div key={r.workorder}>
                    <Link href={`/orders/${encodeURIComponent(r.workorder)}`} className="link">
                      {t('parts.heldFor', { no: r.no, n: n(r.quantity) })}
                    </Link>
                  </div>
                ))}
              </div>
              {p.buy > 0 ? (
                <b>
                  <Icon name="warn" /> {t('parts.buy', { n: n(p.buy), unit: plain(p.unit) })}
                </b>
              ) : null}
            </td>
            <td className="nw r">
              <span className="only-s">{t('parts.onHand')} </span>
              {n(p.onHand)} {plain(p.unit)}
            </td>
            <td className="nw r dim">
              <span className="only-s">{t('parts.reserved')} </span>
              {n(p.reserved)}
            </td>
            <td className="nw r">
              <span className="only-s">{t('parts.free')} </span>
              {n(p.free)}
            </td>
            <td className="nw r dim">
              <span className="only-s">{t('parts.least')} </span>
              {n(p.least)}
            </td>
            <td className="nw r">
              <span className="only-s">{t('parts.price')} </span>
              {p.price ?? '—'}
            </td>
            <td className="r">
              <span className="row wrap">
                {manages ? (
                  <>
                    {button('receive', p)} {button('count', p)} {button('change', p)}
                  </>
                ) : null}
                <Button
                  small
                  aria-label={t('parts.trailOf', { name: plain(p.name) })}
                  onClick={() => onDo({ what: 'trail', part: p })}
                >
                  {t('parts.trail')}
                </Button>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Does one thing to the store, once, and shows what is there then. */
function useStore(onClose: () => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [key] = useState(newKey)
  const send = async (path: string, body: object, method: 'POST' | 'PUT' = 'POST') => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await call<PartView>(path, { method, body, ...(method === 'POST' ? { key } : {}) })
      await queries.invalidateQueries({ queryKey: ['parts'] })
      onClose()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, send }
}

function FactsDialog({ part, onClose }: { readonly part: PartView | null; readonly onClose: () => void }) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useStore(onClose)
  const [form, setForm] = useState({
    name: part?.name ?? '',
    unit: part?.unit ?? '',
    price: part?.price ?? '',
    least: String(part?.least ?? 0),
    place: part?.place ?? '',
    retired: part?.retired ?? false,
  })
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const price = form.price.trim()
  const least = form.least.trim() === '0' ? 0 : quantityOf(form.least)
  const lacks =
    form.name.trim() === ''
      ? t('common.lacks', { what: t('parts.name') })
      : price !== '' && centsOf(price) === null
        ? t('orderWork.moneyWrong')
        : least === null
          ? t('orderWork.amountWrong')
          : null
  const body = {
    name: form.name.trim(),
    unit: form.unit.trim(),
    price: price === '' ? null : price,
    least: least ?? 0,
    place: form.place.trim(),
    retired: form.retired,
  }
  const input = (field: 'name' | 'unit' | 'price' | 'least' | 'place', most: number) => (
    <Field label={t(`parts.${field}`)} hint={field === 'name' ? undefined : t('intake.optional')}>
      <input
        className="inp"
        maxLength={most}
        inputMode={field === 'price' || field === 'least' ? 'decimal' : 'text'}
        value={form[field]}
        onChange={event => set({ [field]: event.target.value })}
      />
    </Field>
  )
  return (
    <Dialog
      title={part ? t('parts.changeOf', { name: plain(part.name) }) : t('parts.add')}
      verb={t('parts.save')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void send(part ? `parts/${encodeURIComponent(part.id)}` : 'parts', body, part ? 'PUT' : 'POST')}
      onClose={onClose}
    >
      {input('name', 100)}
      <div className="two">
        {input('unit', 20)}
        {input('price', 12)}
      </div>
      <div className="two">
        {input('least', 12)}
        {input('place', 100)}
      </div>
      {part ? (
        <label className="row tick">
          <input type="checkbox" checked={form.retired} onChange={event => set({ retired: event.target.checked })} />
          {t('parts.retired')}
        </label>
      ) : null}
    </Dialog>
  )
}

interface MoveProps {
  readonly part: PartView
  readonly move: 'receive' | 'count'
  readonly onClose: () => void
}
function MoveDialog({ part, move, onClose }: MoveProps) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useStore(onClose)
  const [quantity, setQuantity] = useState('')
  const [note, setNote] = useState('')
  const n = move === 'count' && quantity.trim() === '0' ? 0 : quantityOf(quantity)
  return (
    <Dialog
      title={t(`parts.${move}Of`, { name: plain(part.name) })}
      verb={t(`parts.${move}`)}
      blocked={away ?? (n === null ? t('orderWork.amountWrong') : null)}
      busy={busy}
      error={error}
      onDo={() => void send(`parts/${encodeURIComponent(part.id)}/moves`, { move, quantity: n, note: note.trim() })}
      onClose={onClose}
    >
      <Field label={t(move === 'receive' ? 'parts.came' : 'parts.there')} hint={plain(part.unit)}>
        <input
          className="inp"
          inputMode="decimal"
          maxLength={12}
          autoFocus
          value={quantity}
          onChange={event => setQuantity(event.target.value)}
        />
      </Field>
      <Field label={t('parts.note')} hint={t('intake.optional')}>
        <input className="inp" maxLength={200} value={note} onChange={event => setNote(event.target.value)} />
      </Field>
    </Dialog>
  )
}

function TrailDialog({ part, onClose }: { readonly part: PartView; readonly onClose: () => void }) {
  const { t, lang, done } = useText()
  const zone = useMe().site.timezone
  const query = useQuery({
    queryKey: ['part-trail', part.id],
    queryFn: async () => (await call<Items<TrailView>>(`parts/${encodeURIComponent(part.id)}/trail`)).items,
    staleTime: 0,
  })
  return (
    <Dialog title={t('parts.trailOf', { name: plain(part.name) })} onClose={onClose}>
      <Loaded query={query} what={t('parts.trail')}>
        {entries => (
          <ul className="exl">
            {entries.toReversed().map(e => {
              const { quantity, onHand, order, remark } = e.data
              const moved =
                typeof quantity === 'number' && typeof onHand === 'number'
                  ? t('parts.moved', {
                      n: formatQuantity(quantity, lang),
                      unit: plain(part.unit),
                      left: formatQuantity(onHand, lang),
                    })
                  : ''
              const more = [order, remark].filter(w => typeof w === 'string' && w !== '').map(w => plain(String(w)))
              return (
                <li key={e.seq}>
                  <time dateTime={e.time}>{formatWhen(Date.parse(e.time), serverNow(), lang, zone)}</time>
                  <span>
                    {done(e)} {moved}
                    <span className="cap">
                      {' '}
                      <bdi>{[plain(e.actor), ...more].join(' · ')}</bdi>
                    </span>
                  </span>
                </li>
              )
            })}
          </ul>
        )}
      </Loaded>
    </Dialog>
  )
}
