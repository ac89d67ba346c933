import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { ApiError, call, type Items, post } from '../api.ts'
import { plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'
import { Note, Refusal } from './notes.tsx'

interface Here {
  readonly name: string
  readonly orders: readonly WorkorderView[]
}
/** Orders of the equipment whose code this is, for an engineer who is signed in on this telephone; null for anybody else. */
async function here(token: string): Promise<Here | null> {
  try {
    const me = await call<{ name: string; role: string }>('session')
    if (me.role !== 'engineer' && me.role !== 'admin') return null
    const path = `workorders?limit=10000&code=${encodeURIComponent(token)}`
    return { name: me.name, orders: (await call<Items<WorkorderView>>(path)).items }
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return null
    throw error
  }
}

/** Scanning the code on the equipment proves that somebody is there: the crew notes its arrival where the public reports. */
export function ArriveHere({ token }: { readonly token: string }) {
  const { t, of } = useText()
  const query = useQuery({ queryKey: ['arrive-here', token], queryFn: () => here(token), retry: false })
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const found = query.data
  if (!found || found.orders.length === 0) return null
  const arrive = async (order: WorkorderView) => {
    if (busy) return
    setBusy(true)
    setError(null)
    const move = (action: string, body: object) => post(`workorders/${encodeURIComponent(order.id)}/${action}`, body)
    try {
      // Whoever is there has taken it.
      if (order.phase === 'new') await move('accept', { from: 'new' })
      if (order.phase === 'arrived') await move('prove', { proof: { code: token } })
      else await move('arrive', { from: 'accepted', proof: { code: token } })
      setDone(order.id)
      await query.refetch()
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="col g3">
      <span className="dim">{t('intake.hereAs', { name: plain(found.name) })}</span>
      {found.orders.map(order => {
        const proven = order.arrivals.at(-1)?.proof && order.phase === 'arrived'
        return (
          <div key={order.id} className="col g2">
            <b>
              <bdi>{of(order.text)}</bdi>
            </b>
            {proven || done === order.id ? (
              <Note icon="check" role="status">
                {t('intake.arrived')}{' '}
                <a className="link" href={`/orders/${encodeURIComponent(order.id)}`}>
                  {order.no}
                </a>
              </Note>
            ) : (
              <button type="button" className="btn pri lg block" onClick={() => void arrive(order)}>
                <Icon name="check" />{' '}
                {t(order.phase === 'arrived' ? 'intake.proveAt' : 'intake.arriveAt', { no: order.no })}
              </button>
            )}
          </div>
        )
      })}
      <Refusal error={error} />
      <span className="cap">{t('intake.orReport')}</span>
    </div>
  )
}
