import { useState } from 'react'
import type { MaterialView, WorkorderView } from '../../../gateway/http/contract.ts'
import { type Payer, payers } from '../../../rules/orderwork.ts'
import { isEnded } from '../../../rules/workorder.ts'
import { queries, useMay, useParts } from '../api.ts'
import { formatQuantity, plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Refusal } from './notes.tsx'
import { isMoney, MoneyField, Part, PayerField, quantityOf } from './OrderPart.tsx'
import { useOrderPost } from './useOrderPost.ts'

interface Props {
  readonly order: WorkorderView
}
const storeChanged = () => void queries.invalidateQueries({ queryKey: ['parts'] })

/** What the repair cost: materials and labour, who pays, and what is held for it in the store [F10: 用料]. */
export function Costs({ order }: Props) {
  const { t } = useText()
  const away = useRecordBlock()
  const may = useMay('workorder.work') && !isEnded(order.phase)
  const [open, setOpen] = useState<'material' | 'labour' | 'reserve' | null>(null)
  const nothing = order.materials.length === 0 && order.labour.length === 0
  return (
    <Part title={t('orderWork.costs')}>
      {nothing ? <span className="dim">{t('orderWork.none')}</span> : null}
      <Lines order={order} may={may} />
      {nothing ? null : <Sum costs={order.costs} />}
      <Held order={order} may={may} />
      {may ? (
        <div className="row wrap">
          <Button small icon="plus" blocked={away} onClick={() => setOpen('material')}>
            {t('orderWork.addMaterial')}
          </Button>
          <Button small icon="plus" blocked={away} onClick={() => setOpen('labour')}>
            {t('orderWork.addLabour')}
          </Button>
          <Button small blocked={away} onClick={() => setOpen('reserve')}>
            {t('orderWork.reserve')}
          </Button>
        </div>
      ) : null}
      {open === 'material' ? <AddMaterial order={order} onClose={() => setOpen(null)} /> : null}
      {open === 'labour' ? <AddLabour order={order} onClose={() => setOpen(null)} /> : null}
      {open === 'reserve' ? <Reserve order={order} onClose={() => setOpen(null)} /> : null}
    </Part>
  )
}

function Lines({ order, may }: Props & { readonly may: boolean }) {
  const { t, lang } = useText()
  const away = useRecordBlock()
  const [back, setBack] = useState<MaterialView | null>(null)
  const { send, error } = useOrderPost(order)
  const cost = (amount: string | null) => (amount === null ? '—' : t('orderWork.money', { amount }))
  return (
    <>
      <ul className="exl">
        {order.materials.map(m => (
          <li key={m.id} className="cost">
            <span>
              <bdi>{plain(m.name)}</bdi> {formatQuantity(m.quantity, lang)} {plain(m.unit)}
              <span className="cap">
                {' '}
                {m.returned > 0 ? `${t('orderWork.back', { n: formatQuantity(m.returned, lang) })} · ` : ''}
                {m.payer ? t(`payer.${m.payer}`) : ''}
              </span>
            </span>
            <span className="nw">{cost(m.cost)}</span>
            {may && m.returned < m.quantity ? (
              <Button
                small
                blocked={away}
                aria-label={t('orderWork.giveBackOf', { name: plain(m.name) })}
                onClick={() => setBack(m)}
              >
                {t('orderWork.giveBack')}
              </Button>
            ) : null}
          </li>
        ))}
        {order.labour.map(l => (
          <li key={l.id} className="cost">
            <span>
              <bdi>{plain(l.person)}</bdi> {t('orderWork.minutesOf', { n: l.minutes })}
              <span className="cap">
                {' '}
                {l.withdrawn ? `${t('orderWork.withdrawn')} · ` : ''}
                {l.payer ? t(`payer.${l.payer}`) : ''} <bdi>{plain(l.note)}</bdi>
              </span>
            </span>
            <span className="nw">{cost(l.cost)}</span>
            {may && !l.withdrawn ? (
              <Button
                small
                blocked={away}
                aria-label={t('orderWork.withdrawOf', { name: plain(l.person) })}
                onClick={() => void send(`labour/${encodeURIComponent(l.id)}/withdraw`, {})}
              >
                {t('orderWork.withdraw')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <Refusal error={error} />
      {back ? <GiveBack order={order} line={back} onClose={() => setBack(null)} /> : null}
    </>
  )
}

/** The total, whose it is, and what it leaves out. */
export function Sum({ costs }: { readonly costs: WorkorderView['costs'] }) {
  const { t } = useText()
  const { total, materials, labour, byPayer, unpriced } = costs
  const shares = [...payers, 'nobody' as const].filter(one => byPayer[one] !== '0.00')
  return (
    <div>
      <b>{t('orderWork.totalOf', { total, materials, labour })}</b>
      <div className="cap">
        {shares
          .map(one =>
            t('orderWork.byPayer', {
              payer: one === 'nobody' ? t('orderWork.notSaid') : t(`payer.${one}`),
              amount: byPayer[one],
            }),
          )
          .join(t('common.listSep'))}
      </div>
      {unpriced > 0 ? <div className="cap b">{t('orderWork.unpriced', { n: unpriced })}</div> : null}
    </div>
  )
}

function Held({ order, may }: Props & { readonly may: boolean }) {
  const { t, lang } = useText()
  const away = useRecordBlock()
  const { send, error } = useOrderPost(order)
  if (order.held.length === 0) return null
  return (
    <div className="col g2">
      <span className="cap">{t('orderWork.held')}</span>
      <ul className="exl">
        {order.held.map(h => (
          <li key={h.part} className="cost">
            <span>
              {t('orderWork.heldOf', {
                name: plain(h.name),
                n: formatQuantity(h.quantity, lang),
                unit: plain(h.unit),
              })}
            </span>
            {may ? (
              <Button
                small
                blocked={away}
                aria-label={t('orderWork.releaseOf', { name: plain(h.name) })}
                onClick={() =>
                  void send('reservations', { part: h.part, quantity: -h.quantity }).then(
                    done => done && storeChanged(),
                  )
                }
              >
                {t('orderWork.release')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <Refusal error={error} />
    </div>
  )
}

interface DialogProps extends Props {
  readonly onClose: () => void
}
function GiveBack({ order, line, onClose }: DialogProps & { readonly line: MaterialView }) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useOrderPost(order)
  const [quantity, setQuantity] = useState(String(Number((line.quantity - line.returned).toFixed(3))))
  const n = quantityOf(quantity)
  return (
    <Dialog
      title={t('orderWork.giveBackOf', { name: plain(line.name) })}
      verb={t('orderWork.giveBack')}
      blocked={away ?? (n === null ? t('orderWork.amountWrong') : null)}
      busy={busy}
      error={error}
      onDo={() =>
        void send(`materials/${encodeURIComponent(line.id)}/return`, { quantity: n }).then(done => {
          if (done) storeChanged()
          if (done) onClose()
        })
      }
      onClose={onClose}
    >
      <Quantity label={t('orderWork.quantityBack')} value={quantity} onChange={setQuantity} />
    </Dialog>
  )
}

function Quantity(props: { label: string; value: string; onChange: (value: string) => void }) {
  const { t } = useText()
  return (
    <Field label={props.label} wrong={quantityOf(props.value) === null ? t('orderWork.amountWrong') : null}>
      <input
        className="inp"
        inputMode="decimal"
        maxLength={12}
        value={props.value}
        onChange={event => props.onChange(event.target.value)}
      />
    </Field>
  )
}

function StoreField(props: { none: string | null; value: string; onChange: (part: string) => void }) {
  const { t, lang } = useText()
  const parts = useParts().data ?? []
  return (
    <Field label={t('orderWork.fromStore')} hint={parts.length === 0 ? t('orderWork.noParts') : undefined}>
      <select className="inp" value={props.value} onChange={event => props.onChange(event.target.value)}>
        <option value="">{props.none ?? t('common.choose')}</option>
        {parts.map(p => (
          <option key={p.id} value={p.id}>
            {t('orderWork.inStock', { name: plain(p.name), n: formatQuantity(p.free, lang), unit: plain(p.unit) })}
          </option>
        ))}
      </select>
    </Field>
  )
}

function AddMaterial({ order, onClose }: DialogProps) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useOrderPost(order)
  const [form, setForm] = useState({ part: '', name: '', quantity: '1', unit: '', price: '', payer: '' as Payer | '' })
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const n = quantityOf(form.quantity)
  const lacks =
    form.part === '' && form.name.trim() === ''
      ? t('common.lacks', { what: t('orders.material') })
      : n === null
        ? t('orderWork.amountWrong')
        : isMoney(form.price)
          ? null
          : t('orderWork.moneyWrong')
  const add = async () => {
    const named = form.part === '' ? { name: form.name.trim(), unit: form.unit.trim() } : { part: form.part }
    const price = form.price.trim() === '' ? {} : { price: form.price.trim() }
    const payer = form.payer === '' ? {} : { payer: form.payer }
    if (!(await send('materials', { ...named, quantity: n, ...price, ...payer }))) return
    storeChanged()
    onClose()
  }
  return (
    <Dialog
      title={t('orderWork.addMaterial')}
      verb={t('orderWork.addMaterial')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void add()}
      onClose={onClose}
    >
      <StoreField none={t('orderWork.notStore')} value={form.part} onChange={part => set({ part })} />
      {form.part === '' ? (
        <Field label={t('orders.material')}>
          <input
            className="inp"
            maxLength={100}
            value={form.name}
            autoFocus
            onChange={event => set({ name: event.target.value })}
          />
        </Field>
      ) : null}
      <div className="two">
        <Quantity label={t('orders.quantity')} value={form.quantity} onChange={quantity => set({ quantity })} />
        {form.part === '' ? (
          <Field label={t('orders.unit')}>
            <input
              className="inp"
              maxLength={20}
              value={form.unit}
              onChange={event => set({ unit: event.target.value })}
            />
          </Field>
        ) : null}
      </div>
      <div className="two">
        <MoneyField label={t('orderWork.price')} value={form.price} onChange={price => set({ price })} />
        <PayerField value={form.payer} onChange={payer => set({ payer })} />
      </div>
    </Dialog>
  )
}

function AddLabour({ order, onClose }: DialogProps) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useOrderPost(order)
  const [form, setForm] = useState({ person: '', minutes: '', rate: '', payer: '' as Payer | '', note: '' })
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const minutes = /^\d{1,5}$/.test(form.minutes.trim()) ? Number(form.minutes) : 0
  const lacks =
    minutes < 1 || minutes > 10_000
      ? t('common.lacks', { what: t('orderWork.minutes') })
      : isMoney(form.rate)
        ? null
        : t('orderWork.moneyWrong')
  const add = async () => {
    const body = {
      person: form.person.trim(),
      minutes,
      note: form.note.trim(),
      ...(form.rate.trim() === '' ? {} : { rate: form.rate.trim() }),
      ...(form.payer === '' ? {} : { payer: form.payer }),
    }
    if (await send('labour', body)) onClose()
  }
  return (
    <Dialog
      title={t('orderWork.addLabour')}
      verb={t('orderWork.addLabour')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void add()}
      onClose={onClose}
    >
      <div className="two">
        <Field label={t('orderWork.minutes')}>
          <input
            className="inp"
            inputMode="numeric"
            maxLength={5}
            autoFocus
            value={form.minutes}
            onChange={event => set({ minutes: event.target.value })}
          />
        </Field>
        <Field label={t('orderWork.person')} hint={t('orderWork.personHint')}>
          <input
            className="inp"
            maxLength={64}
            value={form.person}
            onChange={event => set({ person: event.target.value })}
          />
        </Field>
      </div>
      <div className="two">
        <MoneyField label={t('orderWork.rate')} value={form.rate} onChange={rate => set({ rate })} />
        <PayerField value={form.payer} onChange={payer => set({ payer })} />
      </div>
      <Field label={t('orders.note')} hint={t('intake.optional')}>
        <input
          className="inp"
          maxLength={200}
          value={form.note}
          onChange={event => set({ note: event.target.value })}
        />
      </Field>
    </Dialog>
  )
}

function Reserve({ order, onClose }: DialogProps) {
  const { t } = useText()
  const away = useRecordBlock()
  const { busy, error, send } = useOrderPost(order)
  const [part, setPart] = useState('')
  const [quantity, setQuantity] = useState('1')
  const n = quantityOf(quantity)
  const lacks =
    part === '' ? t('common.lacks', { what: t('parts.part') }) : n === null ? t('orderWork.amountWrong') : null
  const hold = async () => {
    if (!(await send('reservations', { part, quantity: n }))) return
    storeChanged()
    onClose()
  }
  return (
    <Dialog
      title={t('orderWork.reserve')}
      verb={t('orderWork.reserve')}
      blocked={away ?? lacks}
      busy={busy}
      error={error}
      onDo={() => void hold()}
      onClose={onClose}
    >
      <StoreField none={null} value={part} onChange={setPart} />
      <Quantity label={t('orders.quantity')} value={quantity} onChange={setQuantity} />
    </Dialog>
  )
}
