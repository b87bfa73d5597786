// One identity for the whole product: the tokens of Ant Design and the CSS
// variables of our own parts come from the same two palettes.

import { theme as antd, type ThemeConfig } from 'antd'

export interface Palette {
  primary: string
  primaryHover: string
  primarySoft: string
  ground: string
  surface: string
  raised: string
  sunken: string
  border: string
  borderStrong: string
  text: string
  textSoft: string
  textFaint: string
  link: string
  gain: string
  gainSoft: string
  loss: string
  lossSoft: string
  warn: string
  warnSoft: string
  code: string
}

// textFaint is still 4.5 : 1 on ground and surface: nothing that is read may be fainter.
export const light: Palette = {
  primary: '#0f766e', primaryHover: '#0b5f59', primarySoft: '#e3f2f0',
  ground: '#f5f7f7', surface: '#ffffff', raised: '#ffffff', sunken: '#eef2f2',
  border: '#e0e5e5', borderStrong: '#7f8c8d',
  text: '#172122', textSoft: '#475658', textFaint: '#5d6b6d',
  link: '#0f6c65',
  gain: '#0f766e', gainSoft: '#e3f2f0', loss: '#a63a22', lossSoft: '#fbe9e4', warn: '#8a5a00', warnSoft: '#fdf2d9',
  code: '#f2f5f5',
}

export const dark: Palette = {
  primary: '#2fa89c', primaryHover: '#4fbfb3', primarySoft: '#12312f',
  ground: '#0f1516', surface: '#161d1f', raised: '#1d2628', sunken: '#111819',
  border: '#2a3436', borderStrong: '#7b8889',
  text: '#e6ecec', textSoft: '#b3c0c1', textFaint: '#93a1a3',
  link: '#58c4b8',
  gain: '#4fbfb3', gainSoft: '#12312f', loss: '#f0907a', lossSoft: '#3a1f19', warn: '#e0b050', warnSoft: '#33280f',
  code: '#111819',
}

export const fontFamily =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"
export const fontFamilyCode = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace"

/** Ant Design's theme for a palette. */
export function antdTheme(isDark: boolean, still: boolean): ThemeConfig {
  const c = isDark ? dark : light
  return {
    algorithm: isDark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: c.primary, colorInfo: c.primary, colorSuccess: c.gain, colorWarning: isDark ? c.warn : '#b87a00', colorError: isDark ? '#e27a63' : c.loss,
      colorLink: c.link, colorLinkHover: c.primaryHover, colorLinkActive: c.primaryHover,
      colorBgLayout: c.ground, colorBgContainer: c.surface, colorBgElevated: c.raised,
      colorBorder: isDark ? '#3a4648' : '#cbd3d3', colorBorderSecondary: c.border, colorSplit: c.border,
      colorText: c.text, colorTextSecondary: c.textSoft, colorTextTertiary: c.textFaint, colorTextDescription: c.textSoft,
      colorTextPlaceholder: c.textFaint, colorTextQuaternary: c.textFaint, colorTextDisabled: isDark ? '#7f8c8e' : '#76838a',
      // White on the dark theme's lighter teal would miss AA; dark text does not.
      colorTextLightSolid: isDark ? '#06201e' : '#ffffff',
      controlItemBgActive: c.primarySoft, controlItemBgActiveHover: c.primarySoft,
      fontFamily, fontFamilyCode, fontSize: 14, borderRadius: 6, controlHeight: 32,
      // Off, not merely short: a popup waits for the end of an animation to find its place.
      motion: !still,
      motionDurationMid: '0.12s', motionDurationSlow: '0.16s',
    },
    components: {
      Layout: { headerBg: c.surface, siderBg: c.surface, bodyBg: c.ground, headerPadding: '0 16px', headerHeight: 48 },
      Menu: { itemBg: 'transparent', subMenuItemBg: 'transparent', itemHeight: 32, itemSelectedBg: c.primarySoft, itemSelectedColor: isDark ? c.primaryHover : c.primary, itemBorderRadius: 6, groupTitleColor: c.textFaint, groupTitleFontSize: 12, activeBarBorderWidth: 0 },
      Table: { fontSize: 13, cellFontSize: 13, cellPaddingBlock: 8, cellPaddingInline: 12, headerBg: c.sunken, headerColor: c.textSoft, headerSplitColor: 'transparent', borderColor: c.border, headerSortActiveBg: c.sunken, headerSortHoverBg: c.border, bodySortBg: 'transparent', rowHoverBg: c.sunken },
      Card: { boxShadowTertiary: 'none', headerFontSize: 14 },
      Tooltip: { colorTextLightSolid: isDark ? c.text : '#ffffff', colorBgSpotlight: isDark ? '#2a3537' : '#1d292a' },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      // Coloured tags of the algorithm miss AA on dark ground.
      Tag: { defaultBg: c.sunken, defaultColor: c.textSoft, colorError: c.loss, colorErrorBg: c.lossSoft, colorWarning: c.warn, colorWarningBg: c.warnSoft, colorSuccess: c.gain, colorSuccessBg: c.gainSoft },
      Dropdown: { colorPrimary: c.link },
      Select: { optionSelectedBg: c.primarySoft, optionSelectedColor: c.text },
      Segmented: { trackBg: c.sunken },
    },
  }
}

/** Writes the palette as CSS variables (--weir-primary, --weir-text-soft, …) and the colour scheme on <html>. */
export function applyPalette(isDark: boolean) {
  const root = document.documentElement
  for (const [name, value] of Object.entries(isDark ? dark : light)) {
    root.style.setProperty(`--weir-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value)
  }
  root.style.colorScheme = isDark ? 'dark' : 'light'
  root.dataset.theme = isDark ? 'dark' : 'light'
}
