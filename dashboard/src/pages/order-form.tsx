import type { ReactNode } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { signers } from '../../../rules/orderwork.ts'
import { useMay, useMe, useReports, useSignatureNames, useWorkorder } from '../api.ts'
import { formatDay, formatQuantity, plain } from '../format.ts'
import { Back } from '../parts/Back.tsx'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Loaded } from '../parts/notes.tsx'
import { useArrivalWords } from '../parts/OrderArrivals.tsx'
import { Sum } from '../parts/OrderCosts.tsx'
import { SignPicture } from '../parts/OrderSignatures.tsx'
import { useText } from '../text/index.ts'
import './runbooks.css'

/** The repair form [F10: 报修单 / 维修单 / 派工单]: what was written on an order, on paper, with room to sign. */
export default function OrderForm({ id }: { readonly id: string }) {
  const { t } = useText()
  const query = useWorkorder(id)
  const title = t(query.data?.origin === 'maintenance' ? 'orderForm.check' : 'orderForm.title')
  return (
    <Page title={title} sub={query.data?.no}>
      <Loaded query={query} what={title}>
        {order => (
          <div className="rp">
            <div className="row wrap g2 bar-h rp-x">
              <Back href={`/orders/${encodeURIComponent(order.id)}`}>{order.no}</Back>
              <Button onClick={() => window.print()}>{t('orderForm.print')}</Button>
            </div>
            <Form order={order} title={title} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Form({ order, title }: { readonly order: WorkorderView; readonly title: string }) {
  const { t, of } = useText()
  const { site } = useMe()
  const when = (time: string | null) => (time === null ? '—' : formatDay(Date.parse(time), site.timezone))
  const arrival = useArrivalWords()
  const visit = order.visits.at(-1)
  const part = (name: string, value: ReactNode) => (
    <div className="rp-r">
      <dt>{name}</dt>
      <dd>{value === '' || value === null ? '—' : value}</dd>
    </div>
  )
  return (
    <article className="card rp-p">
      <h2>{title}</h2>
      <div className="row wrap g3">
        <span>{of(site.name)}</span>
        <b className="mono">{order.no}</b>
        <span>{t(`orderClass.${order.class}`)}</span>
        <span>{t(`phase.${order.phase}`)}</span>
      </div>
      <dl>
        {part(t('orderForm.reported'), when(order.openedAt))}
        <Caller order={order} part={part} />
        {part(t('orderForm.matter'), <bdi>{of(order.text)}</bdi>)}
        {part(t('orderForm.kind'), order.nature ? t(`nature.${order.nature}`) : t(`origin.${order.origin}`))}
        {part(
          t('orders.place'),
          [order.equipmentName, order.space].flatMap(text => (text ? [of(text)] : [])).join(' · '),
        )}
        {part(
          t('orderForm.crew'),
          [order.crew ? t(`crew.${order.crew}`) : '', plain(order.assignee ?? '')].filter(w => w !== '').join(' · '),
        )}
        {part(t('orderForm.accepted'), when(order.acceptedAt))}
        {part(t('orderForm.arrived'), [when(order.arrivedAt), ...order.arrivals.slice(0, 1).map(arrival)].join(' · '))}
        {part(
          t('orderForm.fixed'),
          [when(order.fixedAt), plain(order.fixedBy ?? '')].filter(w => w !== '').join(' · '),
        )}
      </dl>
      <Sheet order={order} />
      <Lines order={order} />
      {order.origin === 'maintenance' ? null : (
        <dl>
          {part(t('orderForm.handling'), '')}
          {part(t('orderForm.feedback'), t('orderForm.satisfied'))}
          {part(
            t('orderForm.visit'),
            visit
              ? [
                  when(visit.at),
                  t(`visitOutcome.${visit.outcome}`),
                  visit.solved === null ? '' : t(visit.solved ? 'orders.wasSolved' : 'orders.notSolved'),
                  plain(visit.note),
                ]
                  .filter(w => w !== '')
                  .join(' · ')
              : '',
          )}
        </dl>
      )}
      <Signed order={order} when={when} />
      <span className="cap">{t('orderForm.copies')}</span>
    </article>
  )
}

function Caller(props: { order: WorkorderView; part: (name: string, value: ReactNode) => ReactNode }) {
  const { order, part } = props
  const { t } = useText()
  const may = useMay('report.read')
  const reports = useReports(order.id, may && order.origin === 'report').data ?? []
  if (order.origin !== 'report') return null
  if (!may) return part(t('orderForm.caller'), t('orderForm.noReport'))
  const [first] = reports
  if (!first) return null
  return (
    <>
      {part(t('orderForm.caller'), <bdi>{plain(`${first.caller.name} ${first.caller.phone}`.trim())}</bdi>)}
      {part(t('orderForm.room'), <bdi>{plain(first.room)}</bdi>)}
    </>
  )
}

function Sheet({ order }: { readonly order: WorkorderView }) {
  const { t, of } = useText()
  if (order.items.length === 0) return null
  return (
    <>
      <h3>{t('orderWork.sheet')}</h3>
      <table className="tbl rp-t">
        <tbody>
          {order.items.map((item, at) => (
            <tr key={`${item.plan} ${item.id}`}>
              <td className="nw">{at + 1}</td>
              <td>{of(item.text)}</td>
              <td className="nw">{item.check ? t(`checkResult.${item.check.result}`) : '□'}</td>
              <td>
                <bdi>{plain([item.check?.note ?? '', item.check?.by ?? ''].filter(w => w !== '').join(' · '))}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Lines({ order }: { readonly order: WorkorderView }) {
  const { t, lang } = useText()
  const money = (amount: string | null) => (amount === null ? '—' : t('orderWork.money', { amount }))
  return (
    <>
      <h3>{t('orderForm.materials')}</h3>
      <table className="tbl rp-t">
        <tbody>
          {order.materials.map(m => (
            <tr key={m.id}>
              <td>{plain(m.name)}</td>
              <td className="nw">
                {formatQuantity(Number((m.quantity - m.returned).toFixed(3)), lang)} {plain(m.unit)}
              </td>
              <td className="nw r">{money(m.cost)}</td>
              <td className="nw">{m.payer ? t('orderForm.sumOf', { payer: t(`payer.${m.payer}`) }) : ''}</td>
            </tr>
          ))}
          {order.labour
            .filter(l => !l.withdrawn)
            .map(l => (
              <tr key={l.id}>
                <td>{plain([l.person, l.note].filter(w => w !== '').join(' · '))}</td>
                <td className="nw">{t('orderWork.minutesOf', { n: l.minutes })}</td>
                <td className="nw r">{money(l.cost)}</td>
                <td className="nw">{l.payer ? t('orderForm.sumOf', { payer: t(`payer.${l.payer}`) }) : ''}</td>
              </tr>
            ))}
        </tbody>
      </table>
      {order.materials.length + order.labour.length === 0 ? (
        <span className="dim">{t('orderWork.none')}</span>
      ) : (
        <Sum costs={order.costs} />
      )}
    </>
  )
}

function Signed({ order, when }: { order: WorkorderView; when: (time: string | null) => string }) {
  const { t } = useText()
  const sees = useMay('report.read')
  const names = useSignatureNames(order.id, sees && order.signatures.length > 0).data ?? []
  const asked = signers.filter(who => who !== 'safety' || order.signs.includes(who) || signedBy(who).length > 0)
  function signedBy(who: (typeof signers)[number]) {
    return order.signatures.filter(s => s.who === who && s.stands)
  }
  return (
    <>
      <h3>{t('orderForm.signatures')}</h3>
      <div className="rp-s sigs">
        {asked.map(who => {
          const last = signedBy(who).at(-1)
          return (
            <span key={who}>
              {t(`signer.${who}`)}
              {t('common.colon')}
              {last ? (
                <>
                  {last.hash && sees ? <SignPicture order={order} id={last.id} who={who} /> : null}{' '}
                  <bdi>{plain(names.find(n => n.id === last.id)?.name ?? '')}</bdi> {t(`signing.${last.how}`)}{' '}
                  {when(last.at)}
                </>
              ) : (
                '________________'
              )}
            </span>
          )
        })}
      </div>
    </>
  )
}
