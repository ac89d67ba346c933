import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RegisterEntryView, RegisterLineView, RegisterView } from '../../gateway/http/contract.ts'
import type { Field, Item } from '../../rules/register.ts'
import { call, type Items, newKey, queries, sendFile, useEquipment, useSpaces } from './api.ts'
import { plain } from './format.ts'
import { useText } from './text/index.ts'

const AGAIN_MS = 20_000
const q = encodeURIComponent

export const useRegisters = () =>
  useQuery({
    queryKey: ['registers'],
    queryFn: async () => (await call<Items<RegisterView>>('registers')).items,
    refetchInterval: AGAIN_MS,
  })
/** The entries of a register, newest first. */
export const useEntries = (register: string, open: boolean, enabled = true) =>
  useQuery({
    queryKey: ['register', register, open],
    queryFn: async () =>
      (await call<Items<RegisterEntryView>>(`registers/${q(register)}?limit=10000&open=${open}`)).items,
    refetchInterval: AGAIN_MS,
    enabled,
  })
/** One entry, by its id or by its number. */
export const useEntry = (no: string) =>
  useQuery({
    queryKey: ['register-entry', no],
    queryFn: () => call<RegisterEntryView>(`register-entries/${q(no)}`),
    staleTime: 0,
    refetchInterval: AGAIN_MS,
    retry: false,
  })
export const useLines = (id: string) =>
  useQuery({
    queryKey: ['register-lines', id],
    queryFn: async () => (await call<Items<RegisterLineView>>(`register-entries/${q(id)}/lines`)).items,
    staleTime: 0,
  })

async function changed(): Promise<void> {
  for (const key of ['registers', 'register', 'register-entry', 'register-lines'])
    await queries.invalidateQueries({ queryKey: [key] })
}

/** Sends one thing, once, and reads again what it changed. */
export function useSend(done: (entry: RegisterEntryView) => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [key] = useState(newKey)
  const send = async (path: string, values: object, method: 'POST' | 'PUT' = 'POST') => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const entry = await call<RegisterEntryView>(path, { method, body: { values }, ...(method === 'POST' && { key }) })
      await changed()
      done(entry)
    } catch (refused) {
      setError(refused)
      // Somebody may have been faster: what stands beside the refusal is what holds now.
      await changed()
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, send }
}

const WIDEST = 1280
/** Small enough to send from a basement. @throws when it is no picture */
async function smaller(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height))
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)]
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  canvas.getContext('2d')!.drawImage(picture, 0, 0, width, height)
  return await new Promise((resolve, reject) =>
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('photo'))), 'image/jpeg', 0.8),
  )
}
export async function sendPhoto(entry: string, field: string, file: Blob): Promise<void> {
  await sendFile(`register-entries/${q(entry)}/fields/${q(field)}/photo`, await smaller(file))
  await changed()
}
export const photoPath = (entry: string, file: string): string =>
  `/api/v1/register-entries/${q(entry)}/photos/${q(file)}`

/** How a value is written on a page. */
export function useWritten() {
  const { t, of } = useText()
  const spaces = useSpaces()
  const equipment = useEquipment().data
  return ({ kind, choices, unit }: Field, value: unknown): string => {
    if (value === null || value === undefined || value === '') return ''
    switch (kind) {
      case 'choice': {
        const word = choices?.[String(value)]
        return word ? of(word) : plain(String(value))
      }
      case 'tick':
        return value === true ? t('registers.yes') : ''
      case 'space': {
        const space = spaces.get(String(value))
        return space ? of(space.name) : plain(String(value))
      }
      case 'equipment': {
        const found = equipment?.find(e => e.id === value)
        return found ? of(found.name) : plain(String(value))
      }
      case 'items':
        return (value as readonly Item[])
          .map(i => `${plain(i.name)} ${i.passed}/${i.quantity} ${plain(i.unit)}`)
          .join('; ')
      case 'photos':
        return t('registers.photoCount', { n: (value as readonly string[]).length })
      case 'money':
      case 'whole':
        return `${String(value)}${unit ? ` ${of(unit)}` : ''}`
      default:
        return plain(Array.isArray(value) ? value.join(', ') : String(value))
    }
  }
}
