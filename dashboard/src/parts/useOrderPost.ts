import { useState } from 'react'
import type { WorkorderView } from '../../../gateway/http/contract.ts'
import { newKey, post, putAnswered } from '../api.ts'

/** Sends one thing that is written on an order, and shows the order as it is then. One that is sent again counts once. */
export function useOrderPost(order: Pick<WorkorderView, 'id'>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [key, setKey] = useState(newKey)
  const send = async (path: string, body: object): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setError(null)
    try {
      putAnswered(await post<WorkorderView>(`workorders/${encodeURIComponent(order.id)}/${path}`, body, key))
      setKey(newKey())
      return true
    } catch (refused) {
      setError(refused)
      setKey(newKey())
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, send, clear: () => setError(null) }
}
