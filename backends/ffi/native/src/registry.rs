//! All contexts of the process: workers of JavaScript that load the library share one copy of it.

use crate::context::Context;
use crate::error::{Fault, Outcome, Status};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, RwLock};

type Entry = Arc<Mutex<Context>>;

/// Contexts by number.
static CONTEXTS: RwLock<BTreeMap<u32, Entry>> = RwLock::new(BTreeMap::new());
/// The last number given; none is used twice.
static LAST_NUMBER: AtomicU32 = AtomicU32::new(0);
static PANICS: Mutex<String> = Mutex::new(String::new());
static QUIET: Once = Once::new();

thread_local! {
    /// Text of the last refusal of a call that has no context.
    static LAST_ERROR: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Adds a context and gives its number.
pub fn insert(context: Context) -> Outcome<u32> {
    let next = |last: u32| last.checked_add(1);
    let last = LAST_NUMBER.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    let number =
        last.map_err(|_| Fault::device("all numbers of backends are used up: restart the process"))? + 1;
    let entry = Arc::new(Mutex::new(context));
    CONTEXTS.write().unwrap_or_else(PoisonError::into_inner).insert(number, entry);
    Ok(number)
}

/// Removes a context; its memory goes when calls that still run in it have ended.
pub fn remove(number: u32) -> Outcome {
    let removed = CONTEXTS.write().unwrap_or_else(PoisonError::into_inner).remove(&number);
    removed.map(drop).ok_or_else(|| unknown(number))
}

/// Runs `work` in a context. Whatever goes wrong inside, a panic included, ends as a status and a text.
pub fn enter(number: u32, action: &str, work: impl FnOnce(&mut Context) -> Outcome) -> i32 {
    let Some(entry) = find(number) else {
        return refuse(action, &unknown(number));
    };
    let mut context = lock(&entry);
    let Err(fault) = guard(|| work(&mut context)) else {
        return 0;
    };
    context.last_error = describe(action, &fault);
    fault.status as i32
}

/// Runs `work` without a context; a refusal is 0.
pub fn enter_without(action: &str, work: impl FnOnce() -> Outcome<u32>) -> u32 {
    guard(work).unwrap_or_else(|fault| {
        refuse(action, &fault);
        0
    })
}

/// Text of the last refusal in a context, or of calls of this thread without one.
pub fn last_error(number: u32) -> String {
    match find(number) {
        Some(entry) => lock(&entry).last_error.clone(),
        None => LAST_ERROR.with_borrow(String::clone),
    }
}

fn guard<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    QUIET.call_once(|| std::panic::set_hook(Box::new(note_panic)));
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let text = std::mem::take(&mut *PANICS.lock().unwrap_or_else(PoisonError::into_inner));
        Err(Fault { status: Status::Device, text: format!("a kernel failed: {text}") })
    })
}

/// Keeps the text of a panic for the caller rather than printing it.
fn note_panic(info: &std::panic::PanicHookInfo<'_>) {
    let mut panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
    let payload = info.payload();
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map_or(String::new(), |at| format!(" ({}:{})", at.file(), at.line()));
    if !panics.is_empty() {
        panics.push_str("; ");
    }
    panics.push_str(text.unwrap_or("panic without a text"));
    panics.push_str(&place);
}

fn find(number: u32) -> Option<Entry> {
    CONTEXTS.read().unwrap_or_else(PoisonError::into_inner).get(&number).map(Arc::clone)
}

/// A context stays usable after a panic: ops change its tables only in single steps.
fn lock(entry: &Entry) -> MutexGuard<'_, Context> {
    entry.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refuse(action: &str, fault: &Fault) -> i32 {
    LAST_ERROR.set(describe(action, fault));
    fault.status as i32
}

fn describe(action: &str, fault: &Fault) -> String {
    format!("Cannot {action} on ffi: {}", fault.text)
}

fn unknown(number: u32) -> Fault {
    Fault::disposed(format!("backend {number} does not live: it was disposed, or never was"))
}
