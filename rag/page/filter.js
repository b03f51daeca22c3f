// Runs inside the filter beside the question (Gradio binds element and trigger).
element.addEventListener('submit', (event) => {
  event.preventDefault();
  trigger('limit', { filter: Object.fromEntries(new FormData(event.target)) });
});

element.addEventListener('click', (event) => {
  const chip = event.target.closest('button.chip');
  if (chip) trigger('limit', { part: chip.dataset.part });
});

element.addEventListener('keydown', (event) => {
  const menu = element.querySelector('details.menu[open]');
  if (event.key !== 'Escape' || !menu) return;
  menu.querySelector('form').reset();
  menu.open = false;
  menu.querySelector('summary').focus();
});

const chosen = (form) => JSON.stringify([...new FormData(form)]);

// What was chosen counts without the button too, however the menu is closed but by Escape.
element.addEventListener(
  'toggle',
  ({ target: menu }) => {
    const form = menu.querySelector('form');
    if (menu.open) return form.reset(); // what was chosen before outlives what the server sends
    const shown = form.cloneNode(true);
    shown.reset(); // as the server sent it
    if (chosen(form) !== chosen(shown)) form.requestSubmit();
  },
  true,
);

function leave(event) {
  const menu = element.querySelector('details.menu[open]');
  if (menu && !menu.contains(event.target)) menu.open = false;
}
document.addEventListener('click', leave);
document.addEventListener('focusin', leave);
