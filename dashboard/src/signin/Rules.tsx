import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SignInRuleView } from '../../../gateway/http/contract.ts'
import { call, type Items, queries } from '../api.ts'
import { Button, useLinkBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './signin.css'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** What signing in demands of each role, and how long it lasts. */
export function SignInRules() {
  const { t } = useText()
  const away = useLinkBlock()
  const query = useQuery({
    queryKey: ['sign-in-rules'],
    queryFn: async () => (await call<Items<SignInRuleView>>('sign-in-rules')).items,
  })
  const [changing, setChanging] = useState<SignInRuleView | null>(null)
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('identity.rules')}</h2>
      </div>
      <Loaded query={query} what={t('identity.rules')}>
        {rules => (
          <div className="scroll-x">
            <table className="tbl flow">
              <thead>
                <tr>
                  <th>{t('people.role')}</th>
                  <th>{t('identity.second')}</th>
                  <th>{t('identity.idle')}</th>
                  <th>{t('identity.longest')}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {rules.map(rule => (
                  <tr key={rule.role}>
                    <td>
                      <b>{t(`role.${rule.role}`)}</b>
                    </td>
                    <td>
                      <span className="only-s dim">{t('identity.second')} </span>
                      {t(rule.factor ? 'identity.ruleDemanded' : 'identity.ruleOwn')}
                    </td>
                    <td className="nw">
                      <span className="only-s dim">{t('identity.idleShort')} </span>
                      {t('identity.hours', { n: shown(rule.idleMs / HOUR_MS) })}
                    </td>
                    <td className="nw">
                      <span className="only-s dim">{t('identity.longestShort')} </span>
                      {t('identity.days', { n: shown(rule.absoluteMs / DAY_MS) })}
                    </td>
                    <td className="r">
                      <Button small blocked={away} onClick={() => setChanging(rule)}>
                        {t('identity.change')}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
      {changing ? <Change rule={changing} onClose={() => setChanging(null)} /> : null}
    </section>
  )
}
const shown = (n: number): string => String(Math.round(n * 100) / 100)

function Change({ rule, onClose }: { readonly rule: SignInRuleView; readonly onClose: () => void }) {
  const { t } = useText()
  const [factor, setFactor] = useState(rule.factor)
  const [idle, setIdle] = useState(shown(rule.idleMs / HOUR_MS))
  const [longest, setLongest] = useState(shown(rule.absoluteMs / DAY_MS))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setBusy(true)
    setError(null)
    try {
      const body = {
        factor,
        idleMs: Math.round(Number(idle) * HOUR_MS),
        absoluteMs: Math.round(Number(longest) * DAY_MS),
      }
      await call(`sign-in-rules/${rule.role}`, { method: 'PUT', body })
      await queries.invalidateQueries({ queryKey: ['sign-in-rules'] })
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  const number = (label: string, hint: string, value: string, set: (value: string) => void) => (
    <Field label={label} hint={hint}>
      <input className="inp rule-nums" inputMode="decimal" value={value} onChange={event => set(event.target.value)} />
    </Field>
  )
  const isNumber = (text: string) => /^\d+([.]\d+)?$/.test(text.trim())
  return (
    <Dialog
      title={t('identity.rulesOf', { role: t(`role.${rule.role}`) })}
      verb={t('identity.saveRule')}
      blocked={isNumber(idle) && isNumber(longest) ? null : t('identity.needNumbers')}
      busy={busy}
      error={error}
      onDo={() => void save()}
      onClose={onClose}
    >
      <label className="row">
        <input type="checkbox" checked={factor} onChange={event => setFactor(event.target.checked)} />
        <span>{t('identity.demand')}</span>
      </label>
      {number(t('identity.idle'), t('identity.inHours'), idle, setIdle)}
      {number(t('identity.longest'), t('identity.inDays'), longest, setLongest)}
      <p className="dim">{t('identity.rulesWhat')}</p>
    </Dialog>
  )
}
