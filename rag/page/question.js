// Runs inside the toolbar, behind toolbar.js. A question is changed as it was typed, not as the Markdown that shows it;
// and the keyboard goes to the question where the button that was pressed vanishes, not back to the top of the page.
const typed = (markdown) => {
  const box = document.createElement('textarea'); // what it holds is text: nothing in it is loaded or run
  box.innerHTML = markdown.replace(/\\([\\`*_[\]~|!$#+=.)-])/g, '$1');
  return box.value;
};

let pressed = null;
document.addEventListener('click', (event) => { pressed = event.target.closest?.('button'); }, true);

new MutationObserver(() => {
  const changed = document.querySelector('#chatbot .edit-textarea');
  if (changed && !changed.dataset.typed) {
    changed.dataset.typed = 'yes';
    put(typed(changed.value), changed);
  }
  if (!pressed || pressed.checkVisibility()) return;
  const held = [document.body, pressed].includes(document.activeElement); // what is hidden loses the focus only later
  pressed = null;
  if (!held || !matchMedia('(hover: hover)').matches) return; // a phone would open its keyboard
  (changed ?? document.querySelector('#question textarea'))?.focus({ preventScroll: true });
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ['open'] }); // Gradio closes menus
