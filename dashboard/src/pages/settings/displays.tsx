import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DisplayMade, DisplayView } from '../../../../gateway/http/contract.ts'
import { call, type Items, post, queries, useMe } from '../../api.ts'
import { formatAge, formatDay, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { Button, useRecordBlock } from '../../parts/Button.tsx'
import { Dialog, Field } from '../../parts/Dialog.tsx'
import { Empty, Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'

const again = () => queries.invalidateQueries({ queryKey: ['displays'] })

/** Screens on walls: letting one in by the code that it shows, and putting it out. */
export function Displays() {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['displays'],
    queryFn: async () => (await call<Items<DisplayView>>('displays')).items,
    refetchInterval: 10_000,
  })
  const [adding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<DisplayView | null>(null)
  const [made, setMade] = useState<DisplayMade | null>(null)
  const [error, setError] = useState<unknown>(null)
  const away = useRecordBlock()
  const revoke = async ({ name }: DisplayView) => {
    setLeaving(null)
    setError(null)
    setMade(null)
    try {
      await post(`displays/${encodeURIComponent(name)}/revoke`)
    } catch (refused) {
      setError(refused)
    }
    await again()
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('displays.title')}</h2>
        <span className="ml">
          <Button small icon="plus" blocked={away} onClick={() => setAdding(true)}>
            {t('displays.add')}
          </Button>
        </span>
      </div>
      <p className="card-b dim">{t('displays.how')}</p>
      {error || made ? (
        <div className="card-b">
          <Refusal error={error} />
          {made ? (
            <Note sort="yes" icon="check" role="status">
              {t('displays.made', { name: plain(made.name), address: made.address })}
            </Note>
          ) : null}
        </div>
      ) : null}
      <Loaded query={query} what={t('displays.title')}>
        {displays =>
          displays.length === 0 ? (
            <Empty icon="plan" title={t('displays.empty')} why={t('displays.emptyWhy')} />
          ) : (
            <List displays={displays} away={away} onRevoke={setLeaving} />
          )
        }
      </Loaded>
      {adding ? (
        <NewDisplay
          onClose={() => setAdding(false)}
          onMade={one => {
            setMade(one)
            setAdding(false)
          }}
        />
      ) : null}
      {leaving ? (
        <Dialog
          title={t('displays.revokeAsk', { name: plain(leaving.name) })}
          verb={t('displays.revoke')}
          onDo={() => void revoke(leaving)}
          onClose={() => setLeaving(null)}
        >
          {t('displays.revokeWhy')}
        </Dialog>
      ) : null}
    </section>
  )
}

interface ListProps {
  readonly displays: readonly DisplayView[]
  readonly away: string | null
  readonly onRevoke: (display: DisplayView) => void
}
function List({ displays, away, onRevoke }: ListProps) {
  const { t } = useText()
  const zone = useMe().site.timezone
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>{t('displays.name')}</th>
          <th>{t('common.created')}</th>
          <th>{t('common.state')}</th>
          <th>{t('displays.seen')}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {displays.map(one => (
          <tr key={one.name}>
            <td className="wide">
              <b>
                <bdi>{plain(one.name)}</bdi>
              </b>
            </td>
            <td className="dim nw">{formatDay(Date.parse(one.createdAt), zone)}</td>
            <td className={one.disabled ? 'dim nw' : 'nw'}>
              {one.disabled
                ? t('displays.out')
                : one.screens === 0
                  ? t('displays.nobody')
                  : t('displays.in', { n: one.screens })}
            </td>
            <td className="dim nw">{one.seenAt === null ? '—' : formatAge(serverNow() - Date.parse(one.seenAt))}</td>
            <td className="r">
              {one.disabled ? null : (
                <Button small blocked={away} onClick={() => onRevoke(one)}>
                  {t('displays.revoke')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface NewProps {
  readonly onClose: () => void
  readonly onMade: (made: DisplayMade) => void
}
function NewDisplay({ onClose, onMade }: NewProps) {
  const { t } = useText()
  const [code, setCode] = useState('')
  const [name, setName] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const add = async () => {
    setBusy(true)
    setError(null)
    try {
      const made = await post<DisplayMade>('displays', { code: code.trim(), name: name.trim() })
      await again()
      onMade(made)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const lacking = code.trim() === '' ? t('displays.needCode') : name.trim() === '' ? t('displays.needName') : null
  return (
    <Dialog
      title={t('displays.add')}
      verb={t('displays.add')}
      blocked={lacking}
      busy={busy}
      error={error}
      onDo={() => void add()}
      onClose={onClose}
    >
      <Field label={t('displays.code')} hint={t('displays.codeHint')}>
        <input
          className="inp mono"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={20}
          value={code}
          onChange={event => setCode(event.target.value)}
        />
      </Field>
      <Field label={t('displays.name')} hint={t('displays.nameHint')}>
        <input
          className="inp"
          autoComplete="off"
          maxLength={64}
          value={name}
          onChange={event => setName(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
