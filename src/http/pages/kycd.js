// What JavaScript adds to the customer's page: it follows what changes, and shows how far an upload is. Every form does
// its work without.
(() => {
  'use strict';

  const PATIENCE = 50_000;
  const LARGEST_FILE = 10 << 20;
  const voice = document.createElement('p');
  let isUploading = false;

  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const watched = () => document.getElementById('live');
  const forms = (root) => [...root.querySelectorAll('form')].map((form) => form.getAttribute('action'));

  function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  /** Puts another state of the page in the place of this one, or goes there if this page's policy does not allow it. */
  function show(html, address) {
    const next = new DOMParser().parseFromString(html, 'text/html');
    const [main, before] = [next.querySelector('main'), document.querySelector('main')];
    const allowed = forms(before);
    const isAllowed = (action) => allowed.includes(action) || (allowed.length > 0 && action.startsWith('/kyc-spa/'));
    if (!main || !forms(main).every(isAllowed)) {
      location.replace(address);
      return;
    }
    const hadFocus = before.contains(document.activeElement);
    before.replaceWith(document.adoptNode(main));
    document.title = next.title;
    history.replaceState(null, '', address);
    const heading = main.querySelector('h1');
    voice.textContent = (main.querySelector('.problems li, .note') ?? heading).textContent;
    if (hadFocus) {
      heading.tabIndex = -1;
      (main.querySelector('[aria-invalid]') ?? heading).focus();
    }
  }

  /** Whether somebody would lose what is typed or chosen. */
  function isTouched() {
    const isChanged = (field) =>
      field.type === 'file' ? field.files.length > 0
      : field.options ? ![...field.options].every((option) => option.selected === option.defaultSelected || !option.value)
      : field.value !== field.defaultValue;
    const fields = document.querySelectorAll('main input:not([type="hidden"]), main select, main textarea');
    return isUploading || [...fields].some(isChanged);
  }

  /** Where this page is, without what came of a form. */
  function here() {
    const address = new URL(location.href);
    address.searchParams.delete('note');
    address.hash = '';
    return address;
  }

  function offer({ pathname, search }) {
    const { changed, reload } = watched().dataset;
    document.querySelector('.changed')?.remove();
    const told = element('p', 'note changed', `${changed} `);
    const link = element('a', '', reload);
    link.href = pathname + search;
    told.setAttribute('role', 'status');
    told.append(link);
    document.querySelector('h1').after(told);
  }

  /** Shows what has changed, or offers to: also where somebody began to type, or to upload, while it came. */
  async function refresh(etag) {
    const address = here();
    if (!isTouched()) {
      const answer = await fetch(address, { cache: 'no-store' });
      if (answer.status !== 200) throw new Error(answer.status);
      const html = await answer.text();
      if (!isTouched()) {
        // It brings its own etag.
        show(html, address);
        return;
      }
    }
    offer(address);
    watched().dataset.etag = etag;
  }

  /** Goes to where the page says that it is no more, if it is. */
  async function leave() {
    const answer = await fetch(here(), { cache: 'no-store' });
    if (answer.status === 404) location.replace(here());
    else if (!answer.ok) throw new Error(answer.status);
  }

  async function becomeVisible() {
    while (document.hidden) {
      await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
    }
  }

  /** Waits for changes, as long as the page says where, and the link is good. */
  async function follow() {
    let pause = 1_000;
    while (watched()) {
      await becomeVisible();
      const { watch, etag } = watched().dataset;
      try {
        const headers = { 'If-None-Match': etag };
        const answer = await fetch(`${watch}&timeout_ms=${PATIENCE}`, { headers, cache: 'no-store' });
        if (answer.status === 403 || answer.status === 404) {
          await leave();
          return;
        }
        if (answer.status !== 304) {
          if (!answer.ok) throw new Error(answer.status);
          await refresh(answer.headers.get('etag'));
        }
        pause = 1_000;
      } catch {
        pause = Math.min(pause * 2, 60_000);
      }
      await wait(pause);
    }
  }

  function complain(form, text) {
    form.querySelectorAll('.error').forEach((old) => old.remove());
    const told = element('p', 'error', text);
    told.setAttribute('role', 'alert');
    form.querySelector('fieldset').prepend(told);
  }

  function upload(form) {
    const { uploading, failed } = form.dataset;
    const button = form.querySelector('button');
    const state = element('p', 'uploading', uploading);
    const bar = document.createElement('progress');
    bar.setAttribute('aria-label', uploading);
    state.append(bar);
    button.before(state);
    button.disabled = true;
    isUploading = true;
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', ({ loaded, total }) => Object.assign(bar, { max: total, value: loaded }));
    request.addEventListener('load', () => show(request.responseText, request.responseURL));
    request.addEventListener('error', () => complain(form, failed));
    request.addEventListener('loadend', () => {
      isUploading = false;
      button.disabled = false;
      state.remove();
    });
    request.open('POST', form.getAttribute('action'));
    request.send(new FormData(form));
  }

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches('.document')) return;
    const files = [...form.querySelectorAll('[type="file"]')].flatMap(({ files }) => [...files]);
    // That there is none, the server says as well.
    if (files.length === 0) return;
    event.preventDefault();
    if (files.some(({ size }) => size > LARGEST_FILE)) complain(form, form.dataset.tooLarge);
    else upload(form);
  });

  voice.className = 'unseen';
  voice.setAttribute('role', 'status');
  document.body.append(voice);
  follow();
})();
