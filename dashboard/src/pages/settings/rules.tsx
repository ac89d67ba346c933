import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { RuleTuning, RuleView } from '../../../../gateway/http/contract.ts'
import { rankOf } from '../../../../rules/rule.ts'
import { type SiteChange, siteChanges } from '../../../../rules/sitechange.ts'
import { sourceIn } from '../../../../rules/sourcewords.ts'
import { call, type Items, queries, useEquipment, useMay, useSpaces } from '../../api.ts'
import { byName, formatWait, plain } from '../../format.ts'
import { Button, useRecordBlock } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Empty, Loaded, Note } from '../../parts/notes.tsx'
import { Priority } from '../../parts/Priority.tsx'
import { review, type Said } from '../../parts/SiteReview.tsx'
import { useProvedRules } from '../../proofs.ts'
import { useText } from '../../text/index.ts'
import { NewRule } from './rule-new.tsx'
import { RuleProved } from './rule-proved.tsx'
import { TuneRule } from './rule-tune.tsx'
import { Condition } from './rule-words.tsx'

const again = () => queries.invalidateQueries({ queryKey: ['rules'] })
const groupings = ['place', 'pack', 'equipment'] as const
const shows = ['all', 'tuned', 'off'] as const
/** So many rows at once: a site has hundreds of rules, and one looks for one. */
const MOST = 400

const because = (said: NonNullable<Said>) => `?why=${encodeURIComponent(said.why ?? '')}`
/** With the words of the rule, which its tuning does not have. */
const named = (changes: readonly SiteChange[], { text }: RuleView) => changes.map(one => ({ ...one, name: text }))

/** All rules of the site, what is tuned of them, and where they come from. */
export function Rules() {
  const query = useQuery({
    queryKey: ['rules'],
    queryFn: async () => (await call<Items<RuleView>>('rules')).items,
  })
  const { t } = useText()
  return (
    <Loaded query={query} what={t('rules.title')}>
      {rules => <Listed rules={rules} />}
    </Loaded>
  )
}

type Asked =
  | { readonly what: 'add' }
  | { readonly what: 'tune'; readonly rule: RuleView }
  | { readonly what: 'remove'; readonly rule: RuleView }

function Listed({ rules }: { readonly rules: readonly RuleView[] }) {
  const { t, of, code, lang } = useText()
  const [by, setBy] = useState<(typeof groupings)[number]>('place')
  const [show, setShow] = useState<(typeof shows)[number]>('all')
  const [find, setFind] = useState('')
  const [asked, setAsked] = useState<Asked | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [done, setDone] = useState<string | null>(null)
  const spaces = useSpaces()
  const equipment = useEquipment().data
  const away = useRecordBlock()
  const tunes = useMay('rule.tune')
  const writes = useMay('site.write')
  const names = useMemo(() => new Map(equipment?.map(e => [e.id, of(e.name)])), [equipment, of])
  const spaceName = (id: string) => {
    const space = spaces.get(id)
    return space ? of(space.name) : plain(id)
  }

  const words = find.trim().toLowerCase()
  const shown = rules
    .filter(rule => show === 'all' || (show === 'off' ? !rule.on : rule.tuning !== null))
    .filter(rule =>
      [
        rule.id,
        rule.text['zh-CN'],
        rule.text.en,
        rule.source ?? '',
        sourceIn(rule.source ?? '', 'en'),
        ...rule.equipment,
      ]
        .join(' ')
        .toLowerCase()
        .includes(words),
    )
    .sort((a, b) => rankOf(a.now.severity) - rankOf(b.now.severity) || a.id.localeCompare(b.id))
  const groupsOf = (rule: RuleView): string[] => {
    if (by === 'pack')
      return [rule.pack ? of(rule.pack.name) : t(rule.from === 'site' ? 'rules.fromSite' : 'rules.fromGateway')]
    // A rule for everything would stand under everything.
    if (rule.from === 'gateway') return [t('rules.fromGateway')]
    const all = by === 'place' ? rule.spaces.map(spaceName) : rule.equipment.map(id => names.get(id) ?? plain(id))
    return all.length === 0 ? [t('rules.nowhere')] : all.length > 8 ? [t('rules.many')] : all
  }
  const groups = new Map<string, RuleView[]>()
  for (const rule of shown.slice(0, MOST))
    for (const group of groupsOf(rule)) groups.set(group, [...(groups.get(group) ?? []), rule])

  /** @param tuning as it is to be; `{}`: as delivered */
  const tune = async (rule: RuleView, tuning: RuleTuning, said: string) => {
    setError(null)
    setDone(null)
    const now = Object.keys(tuning).length > 0 ? { [rule.id]: tuning } : {}
    const was = rule.tuning === null ? {} : { [rule.id]: rule.tuning }
    const answer = await review(named(siteChanges({ tuning: was }, { tuning: now }), rule))
    if (answer === null) return
    setBusy(true)
    try {
      await call(`rules/${encodeURIComponent(rule.id)}/tuning${because(answer)}`, { method: 'PUT', body: tuning })
      await again()
      setAsked(null)
      setDone(said)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const remove = async (rule: RuleView) => {
    setError(null)
    const gone = { id: rule.id, when: rule.delivered.when }
    const answer = await review(named(siteChanges({ rules: [gone] }, { rules: [] }), rule))
    if (answer === null) return
    setBusy(true)
    try {
      await call(`rules/${encodeURIComponent(rule.id)}${because(answer)}`, { method: 'DELETE' })
      await again()
      setAsked(null)
      setDone(t('rules.removed', { rule: of(rule.text) }))
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const open = (next: Asked | null) => {
    setError(null)
    setDone(null)
    setAsked(next)
  }
  const blocked = away ?? (tunes ? null : t('rules.blockedRole'))

  return (
    <section className="card">
      <div className="card-h wrap">
        <h2>{t('rules.title')}</h2>
        <span className="dim">{t('rules.count', { n: shown.length, of: rules.length })}</span>
        <span className="ml">
          <Button
            small
            icon="plus"
            blocked={away ?? (writes ? null : t('rules.blockedAdd', { role: code('role', 'admin') }))}
            onClick={() => open({ what: 'add' })}
          >
            {t('rules.add')}
          </Button>
        </span>
      </div>
      <div className="card-b row wrap">
        <input
          className="inp"
          style={{ width: 'min(320px, 100%)' }}
          type="search"
          aria-label={t('rules.find')}
          placeholder={t('rules.find')}
          value={find}
          onChange={event => setFind(event.target.value)}
        />
        <select
          className="inp"
          style={{ width: 'auto' }}
          aria-label={t('rules.by')}
          value={by}
          onChange={event => setBy(event.target.value as typeof by)}
        >
          {groupings.map(one => (
            <option key={one} value={one}>
              {t(`rules.${one}`)}
            </option>
          ))}
        </select>
        <select
          className="inp"
          style={{ width: 'auto' }}
          aria-label={t('rules.show')}
          value={show}
          onChange={event => setShow(event.target.value as typeof show)}
        >
          {shows.map(one => (
            <option key={one} value={one}>
              {t(`rules.${one}`)}
            </option>
          ))}
        </select>
      </div>
      {done ? (
        <div className="card-b">
          <Note sort="yes" icon="check" role="status">
            {done}
          </Note>
        </div>
      ) : null}
      {shown.length === 0 ? <Empty title={t('rules.none')} why={t('rules.noneWhy')} /> : null}
      {[...groups]
        .sort(([a], [b]) => byName(lang)(a, b))
        .map(([group, of]) => (
          <Group key={group} name={group} rules={of} blocked={blocked} mayRemove={writes} onAsk={open} />
        ))}
      {asked?.what === 'tune' ? (
        <TuneRule
          rule={asked.rule}
          busy={busy}
          error={error}
          onSave={tuning => void tune(asked.rule, tuning, t('rules.saved', { rule: of(asked.rule.text) }))}
          onUndo={() => void tune(asked.rule, {}, t('rules.undone', { rule: of(asked.rule.text) }))}
          onClose={() => open(null)}
        />
      ) : null}
      {asked?.what === 'remove' ? (
        <Dialog
          title={t('rules.removeAsk', { rule: of(asked.rule.text) })}
          verb={t('rules.remove')}
          busy={busy}
          error={error}
          onDo={() => void remove(asked.rule)}
          onClose={() => open(null)}
        >
          {t('rules.removeWhy')}
        </Dialog>
      ) : null}
      {asked?.what === 'add' ? (
        <NewRule
          onDone={rule => {
            void again()
            setAsked(null)
            setDone(t('rules.added', { rule: of(rule.text) }))
          }}
          onClose={() => open(null)}
        />
      ) : null}
    </section>
  )
}

interface GroupProps {
  readonly name: string
  readonly rules: readonly RuleView[]
  readonly blocked: string | null
  readonly mayRemove: boolean
  readonly onAsk: (asked: Asked) => void
}
function Group({ name, rules, blocked, mayRemove, onAsk }: GroupProps) {
  const { t, of, lang } = useText()
  const proved = useProvedRules()
  /** What it looks at. The gateway's own look at the gateway and at what it did itself: there is nothing to count. */
  const watched = (rule: RuleView): string => {
    if (rule.points > 0) return t('rules.points', { n: rule.points })
    if (rule.channels > 0) return t('rules.channels', { n: rule.channels })
    return rule.from === 'gateway' ? '' : t('rules.watchesNone')
  }
  return (
    <>
      <h3 className="card-h">
        {name} <span className="dim">{rules.length}</span>
      </h3>
      <table className="tbl flow rls" aria-label={name}>
        <thead>
          <tr>
            <th>{t('alarms.priority')}</th>
            <th>{t('rules.rule')}</th>
            <th>{t('rules.when')}</th>
            <th>{t('common.state')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {rules.map(rule => (
            <tr key={rule.id}>
              <td className="nw">
                <Priority severity={rule.now.severity} />
              </td>
              <td className="wide">
                <span className="lead">{of(rule.text)}</span>
                <div className="cap">
                  {[
                    rule.source === null ? t('rules.noSource') : plain(sourceIn(rule.source, lang)),
                    watched(rule),
                    plain(rule.id),
                  ]
                    .filter(words => words !== '')
                    .join(' · ')}
                </div>
              </td>
              <td>
                <Condition of={rule.now.when} names={rule.names} unit={rule.unit} others={rule.others} />
                <div className="cap nw">
                  {t('rules.delays', {
                    on: formatWait(rule.now.delayOnS, lang),
                    off: formatWait(rule.now.delayOffS, lang),
                  })}
                </div>
              </td>
              <td className="nw">
                {rule.on ? t('rules.on') : <b>{t('rules.isOff')}</b>}
                <div className="cap">{rule.tuning === null ? t('rules.delivered') : <b>{t('rules.isTuned')}</b>}</div>
                {/* Without a point of the plant there is nothing that a value could be stated for. */}
                {rule.points > 0 ? <RuleProved rule={rule.id} at={proved.get(rule.id) ?? null} /> : null}
              </td>
              <td className="r">
                {rule.from === 'gateway' ? (
                  <span className="dim">{t('rules.fixed')}</span>
                ) : (
                  <div className="row wrap">
                    <Button
                      small
                      blocked={blocked}
                      aria-label={t('rules.tuneLabel', { rule: of(rule.text) })}
                      onClick={() => onAsk({ what: 'tune', rule })}
                    >
                      {t('rules.tune')}
                    </Button>
                    {rule.from === 'site' && mayRemove ? (
                      <Button
                        small
                        blocked={blocked}
                        aria-label={t('rules.removeLabel', { rule: of(rule.text) })}
                        onClick={() => onAsk({ what: 'remove', rule })}
                      >
                        {t('rules.remove')}
                      </Button>
                    ) : null}
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
