import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { LineAsk, Previewed } from '../../../gateway/http/contract.ts'
import { post } from '../api.ts'
import { Button } from '../parts/Button.tsx'
import { LineTrouble } from '../parts/LineTrouble.tsx'
import { Note, Refusal } from '../parts/notes.tsx'
import { Reading } from '../parts/Value.tsx'
import { useText } from '../text/index.ts'

const AGAIN_MS = 2000
const FIRST = 10

export const usePreview = (line: LineAsk, unit: number, profile: string | null, points: readonly object[]) =>
  useQuery({
    queryKey: ['preview', line, unit, profile, points],
    queryFn: () => post<Previewed>('lines/preview', { line, unit, ...(profile === null ? { points } : { profile }) }),
    enabled: profile !== null || points.length > 0,
    refetchInterval: AGAIN_MS,
    retry: false,
    gcTime: 0,
  })

/** Step 3: what it says now, before anything is saved. */
export function Preview({
  query,
  profile,
}: {
  readonly query: ReturnType<typeof usePreview>
  readonly profile: string | null
}) {
  const { t, of } = useText()
  const [all, setAll] = useState(false)
  const data = query.data
  const wrong = data?.verdict === 'wrong'
  const items = data && !wrong ? data.items : []
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('add.values')}</h2>
        {data && !wrong && !query.error ? <span className="ml dim">{t('add.live')}</span> : null}
      </div>
      <div className="card-b col g3">
        {data || query.error ? null : <span role="status">{t('add.reading')}</span>}
        <Refusal error={query.error} />
        {data?.trouble ? <LineTrouble trouble={data.trouble} /> : null}
        {wrong ? (
          <Note sort="no" icon="x" role="alert" title={t('add.wrong')}>
            {t('add.wrongWhy')}
          </Note>
        ) : null}
        {data?.verdict === 'silent' && !data.trouble ? (
          <Note sort="medium" icon="warn" role="alert">
            {t('add.silentNow')}
          </Note>
        ) : null}
        {data?.verdict === 'dark' ? <Note icon="help">{t('add.darkWhy')}</Note> : null}
        {data?.verdict === 'none' && profile !== null ? <Note icon="help">{t('add.noProof')}</Note> : null}
      </div>
      {items.length > 0 ? (
        <table className="tbl fix">
          <tbody>
            {(all ? items : items.slice(0, FIRST)).map(one => (
              <tr key={one.key}>
                <td className="el">
                  <bdi>{of(one.name)}</bdi>
                </td>
                <td className="r">
                  <Reading
                    point={{
                      id: `preview/${one.key}`,
                      key: one.key,
                      kind:
                        typeof one.value === 'string' ? 'text' : typeof one.value === 'boolean' ? 'boolean' : 'number',
                      unit: one.unit,
                      enum: one.enum,
                      decimals: one.decimals,
                    }}
                    sample={{
                      value: one.value,
                      quality: one.quality,
                      reason: one.reason,
                      at: data!.at,
                      seen: data!.at,
                    }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {!all && items.length > FIRST ? (
        <div className="card-f">
          <Button small onClick={() => setAll(true)}>
            {t('add.allValues', { n: items.length })}
          </Button>
        </div>
      ) : null}
    </section>
  )
}
