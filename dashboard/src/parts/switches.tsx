import { langs, setLang, useText } from '../text/index.ts'
import { setTheme, useTheme } from '../theme.ts'
import { Icon } from './Icon.tsx'

/** Both languages side by side, each in its own words; switching keeps the page and what was typed. */
export function LangSwitch({ long = false }: { readonly long?: boolean }) {
  const { t, lang } = useText()
  const words = { 'zh-CN': long ? '中文' : '中', en: long ? 'English' : 'EN' }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend of its own
    <span className="langs" role="group" aria-label={t('top.language')}>
      {langs.map(one => (
        <button key={one} type="button" lang={one} aria-pressed={one === lang} onClick={() => setLang(one)}>
          {words[one]}
        </button>
      ))}
    </span>
  )
}

export function ThemeSwitch() {
  const { t } = useText()
  const dark = useTheme() === 'dark'
  const label = t(dark ? 'top.themeLight' : 'top.themeDark')
  return (
    <button type="button" className="ib" onClick={() => setTheme(dark ? 'light' : 'dark')} title={label}>
      <Icon name="sun" />
      <span className="sr">{label}</span>
    </button>
  )
}
