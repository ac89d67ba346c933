import { type ReactNode, useEffect, useState } from 'react'
import type { HandoverCrewView, HandoverSheetView } from '../../../../gateway/http/contract.ts'
import { type SigningWay, signingWays } from '../../../../rules/handover.ts'
import { post, useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { useAsk } from '../../handover.ts'
import { useText } from '../../text/index.ts'
import { Dialog, Field } from '../Dialog.tsx'
import { Refusal } from '../notes.tsx'
import { SignPad } from '../SignPad.tsx'

interface CardView {
  readonly doorName: { readonly 'zh-CN': string; readonly en: string }
  readonly seen: { readonly name: string; readonly account: string } | null
}
const AGAIN_MS = 1000

interface Props {
  readonly crew: HandoverCrewView
  readonly sheet: HandoverSheetView
  readonly what: 'sign-out' | 'sign-in'
  readonly onClose: () => void
}
/**
 * Whoever signs, whoever is signed in at this screen: by his own name and password, by his card at the crew's reader, or drawn,
 * where he is signed in himself. Whoever takes over says which work may go on, and which tags he takes.
 */
export function Sign({ crew, sheet, what, onClose }: Props) {
  const { t } = useText()
  const me = useMe()
  const { ask, error, busy, blocked } = useAsk(crew.id)
  const mine = what === 'sign-out' ? sheet.outgoing : sheet.relief.filter(r => r.fit).map(r => r.name)
  const accounts = crew.people.filter(p => p.account !== null && mine.includes(p.name))
  const own = accounts.some(p => p.account?.toLowerCase() === me.name.toLowerCase())
  const ways = signingWays.filter(way => (way === 'card' ? crew.signAt !== null : way === 'drawn' ? own : true))
  const [how, setHow] = useState<SigningWay>('password')
  const [name, setName] = useState(accounts[0]?.account ?? '')
  const [password, setPassword] = useState('')
  const [image, setImage] = useState<string | null>(null)
  const [seen, setSeen] = useState<CardView['seen']>(null)
  const [permits, setPermits] = useState<readonly string[]>([])
  const [tags, setTags] = useState<readonly string[]>([])
  const account = how === 'password' ? name : how === 'drawn' ? me.name : (seen?.account ?? '')
  // Only tags that were offered to whoever signs are his to take.
  const offered = crew.open.tags.filter(tag => tag.to.toLowerCase() === account.toLowerCase())
  const lacks =
    how === 'password' && (name === '' || password === '')
      ? t('handover.signEmpty')
      : how === 'drawn' && image === null
        ? t('orderWork.drawFirst')
        : how === 'card' && seen === null
          ? t('handover.cardFirst')
          : null
  const send = async () => {
    const proof = how === 'password' ? { name, password } : how === 'drawn' ? { image } : { card: true }
    // Whose guardian goes home cannot go on, even if it was ticked before that was known.
    const going = permits.filter(id => crew.open.permits.some(p => p.id === id && !p.guardianLeaves))
    const taken = { permits: going, tags: tags.filter(id => offered.some(tag => tag.id === id)) }
    const done = await ask(what, { ...proof, ...(what === 'sign-in' && taken) })
    if (done) onClose()
    else setPassword('')
  }
  return (
    <Dialog
      title={t(what === 'sign-out' ? 'handover.signOutTitle' : 'handover.signInTitle', { no: sheet.no })}
      verb={t(what === 'sign-out' ? 'handover.signOut' : 'handover.signIn')}
      blocked={blocked ?? lacks}
      busy={busy}
      error={error}
      onClose={onClose}
      onDo={() => void send()}
    >
      <p>{t(what === 'sign-out' ? 'handover.signOutWhy' : 'handover.signInWhy')}</p>
      {what === 'sign-in' && crew.open.permits.length > 0 ? (
        <Ticks
          legend={t('handover.permits')}
          hint={t('handover.permitsWhy')}
          all={crew.open.permits.map(p => ({
            id: p.id,
            words: <PermitLine permit={p} />,
            blocked: p.guardianLeaves,
          }))}
          chosen={permits}
          onChange={setPermits}
        />
      ) : null}
      {ways.length > 1 ? (
        <Field label={t('handover.how')}>
          <select className="inp" name="how" value={how} onChange={e => setHow(e.target.value as SigningWay)}>
            {ways.map(way => (
              <option key={way} value={way}>
                {t(`handover.way.${way}`)}
              </option>
            ))}
          </select>
        </Field>
      ) : null}
      {how === 'password' ? (
        <>
          <Field label={t('handover.signer')}>
            <select className="inp" value={name} onChange={e => setName(e.target.value)}>
              {accounts.map(p => (
                <option key={p.name} value={p.account ?? ''}>
                  {plain(p.name)} ({plain(p.account ?? '')})
                </option>
              ))}
            </select>
          </Field>
          <Field label={t('handover.password')}>
            <input
              className="inp"
              type="password"
              autoComplete="off"
              value={password}
              onChange={e => setPassword(e.target.value)}
            />
          </Field>
        </>
      ) : how === 'drawn' ? (
        <SignPad onChange={setImage} />
      ) : (
        <Card crew={crew.id} onSeen={setSeen} />
      )}
      {what === 'sign-in' && offered.length > 0 ? (
        <Ticks
          legend={t('handover.tags')}
          hint={t('handover.tagsWhy')}
          all={offered.map(tag => ({ id: tag.id, words: <TagLine tag={tag} /> }))}
          chosen={tags}
          onChange={setTags}
        />
      ) : null}
    </Dialog>
  )
}

function PermitLine({ permit: p }: { readonly permit: HandoverCrewView['open']['permits'][number] }) {
  const { t, of } = useText()
  return (
    <span>
      <span className="mono">{p.no}</span> {t(`permitKind.${p.kind}`)} · {p.spaceName ? of(p.spaceName) : ''}{' '}
      {plain(p.spot)} · {t('permits.guardianIs', { name: plain(p.guardian) })}
      {p.guardianLeaves ? <b> · {t('handover.guardianLeaves')}</b> : null}
    </span>
  )
}
function TagLine({ tag }: { readonly tag: HandoverCrewView['open']['tags'][number] }) {
  const { of } = useText()
  return (
    <span>
      <span className="mono">{tag.no}</span> {tag.equipmentName ? of(tag.equipmentName) : plain(tag.equipment)} ·{' '}
      {plain(tag.owner)} · {plain(tag.reason)}
    </span>
  )
}

function Ticks(props: {
  readonly legend: string
  readonly hint: string
  readonly all: readonly { readonly id: string; readonly words: ReactNode; readonly blocked?: boolean }[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}) {
  const { legend, hint, all, chosen, onChange } = props
  return (
    <fieldset className="ho-f">
      <legend>{legend}</legend>
      <p className="cap">{hint}</p>
      {all.map(({ id, words, blocked }) => (
        <label key={id} className="row g2">
          <input
            type="checkbox"
            disabled={blocked ?? false}
            checked={chosen.includes(id) && !blocked}
            onChange={e => onChange(e.target.checked ? [...chosen, id] : chosen.filter(one => one !== id))}
          />
          {words}
        </label>
      ))}
    </fieldset>
  )
}

/** Waits for a card at the reader, for a minute. */
function Card({ crew, onSeen }: { readonly crew: string; readonly onSeen: (seen: CardView['seen']) => void }) {
  const { t, of } = useText()
  const [card, setCard] = useState<CardView | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    let over = false
    let timer: ReturnType<typeof setTimeout>
    const look = async (again: boolean) => {
      try {
        const next = await post<CardView>(`crews/${encodeURIComponent(crew)}/card${again ? '?again=true' : ''}`)
        if (over) return
        setCard(next)
        onSeen(next.seen)
        if (!next.seen) timer = setTimeout(() => void look(true), AGAIN_MS)
      } catch (refused) {
        if (!over) setError(refused)
      }
    }
    void look(false)
    return () => {
      over = true
      onSeen(null)
      clearTimeout(timer)
    }
  }, [crew, onSeen])
  return (
    <div className="col g2" role="status">
      {card?.seen ? (
        <b>{t('handover.cardSeen', { name: plain(card.seen.name) })}</b>
      ) : card ? (
        <span>{t('handover.cardWaits', { door: of(card.doorName) })}</span>
      ) : null}
      <Refusal error={error} />
    </div>
  )
}
