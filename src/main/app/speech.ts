/**
 * Owns the language that the app speaks at the moment: in its menus, its tray and the page.
 * Refuses: remembering the choice, and loading the page again; who changes it does that.
 */
import { isLanguage, languageFor, type Language, type LanguageChoice } from '../../shared/languages'
import { createTranslate, type TextKey, type TextValues, type Translate } from '../../shared/translate'

export class Speech {
  private translate: Translate
  private spoken: Language

  /** `forced`: a language by its name, whatever was chosen; `preferred`: the tags of the person's languages. */
  constructor(
    private wanted: LanguageChoice,
    private readonly forced: string | undefined,
    private readonly preferred: readonly string[],
  ) {
    this.spoken = this.find()
    this.translate = createTranslate(this.spoken)
  }

  private find(): Language {
    if (this.forced !== undefined && isLanguage(this.forced)) return this.forced
    return languageFor(this.wanted, this.preferred)
  }

  /** @returns whether another language is spoken now */
  choose(choice: LanguageChoice): boolean {
    this.wanted = choice
    const before = this.spoken
    this.spoken = this.find()
    if (this.spoken !== before) this.translate = createTranslate(this.spoken)
    return this.spoken !== before
  }

  state(): { choice: LanguageChoice; language: Language } {
    return { choice: this.wanted, language: this.spoken }
  }

  /** The text of a key, in the language that is spoken when it is called. */
  readonly t: Translate = (key: TextKey, values?: TextValues) => this.translate(key, values)
}
