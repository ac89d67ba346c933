import { useId } from 'react'
import { Field } from '../parts/Dialog.tsx'
import { type Lang, useText } from '../text/index.ts'
import { namesOf } from './names.ts'

/** The name of a site in one or both languages, and where it stands. */
export interface Basics {
  readonly zh: string
  readonly en: string
  readonly timezone: string
}
const zones: readonly string[] = Intl.supportedValuesOf('timeZone')
export const noBasics = (): Basics => ({
  zh: '',
  en: '',
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai',
})
export const basicsLack = (basics: Basics): 'name' | 'timezone' | null =>
  namesOf(basics).en === '' ? 'name' : zones.includes(basics.timezone) || basics.timezone === 'UTC' ? null : 'timezone'

interface NamesProps {
  readonly label: string
  readonly other: string
  readonly names: Pick<Basics, 'zh' | 'en'>
  readonly set: (change: Partial<Pick<Basics, 'zh' | 'en'>>) => void
  readonly name: string
}
/** The name in the language of the screen first; the other one may be left out. */
export function Names({ label, other, names, set, name }: NamesProps) {
  const { lang } = useText()
  const word = (one: Lang) => (one === 'en' ? 'en' : 'zh')
  const both: readonly Lang[] = lang === 'en' ? ['en', 'zh-CN'] : ['zh-CN', 'en']
  return both.map((one, i) => (
    <Field key={one} label={i === 0 ? label : other}>
      <input
        className="inp"
        lang={one}
        name={i === 0 ? name : `${name}-other`}
        maxLength={100}
        value={names[word(one)]}
        onChange={event => set({ [word(one)]: event.target.value })}
      />
    </Field>
  ))
}

interface Props {
  readonly basics: Basics
  readonly set: (change: Partial<Basics>) => void
}
export function SiteBasics({ basics, set }: Props) {
  const { t } = useText()
  const list = useId()
  return (
    <>
      <Names label={t('firstRun.site')} other={t('firstRun.siteOther')} name="site" names={basics} set={set} />
      <Field label={t('firstRun.timezone')} hint={t('firstRun.timezoneHint')}>
        <input
          className="inp"
          name="timezone"
          list={list}
          spellCheck={false}
          value={basics.timezone}
          onChange={event => set({ timezone: event.target.value })}
        />
      </Field>
      <datalist id={list}>
        {zones.map(zone => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  )
}
