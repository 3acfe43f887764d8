/*
 * An HTTP server whose latency is known, in C so that the truth does not run on the code that is measured.
 *
 *   server PORT LOG fixed MS [FREEZE_MS PERIOD_MS]     every answer after MS; nothing at all for FREEZE_MS a PERIOD_MS
 *   server PORT LOG lognormal MEDIAN_MS P99_MS SEED    answers after a lognormal time
 *
 * On SIGTERM it writes LOG: one line a request, the instant it was read and the time until its answer was written, ns.
 * It polls without sleeping when an answer is near, so it wants a core of its own. One request at a time on a connection; GET only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 512
#define NS_PER_MS 1000000ull
static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct due { uint64_t at, read_at; int socket; };
struct seen { uint64_t read_at, took; };

static struct due *heap;
static size_t heap_size, heap_room;
static struct seen *seen;
static size_t seen_count, seen_room;
static volatile sig_atomic_t ended;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static void die(const char *what) { perror(what); exit(1); }

static void *grown(void *old, size_t count, size_t *room, size_t each) {
  if (count < *room) return old;
  *room = *room ? *room * 2 : 65536;
  void *made = realloc(old, *room * each);
  if (!made) die("realloc");
  return made;
}

static void push(struct due item) {
  heap = grown(heap, heap_size, &heap_room, sizeof *heap);
  size_t at = heap_size++;
  for (; at > 0 && heap[(at - 1) / 2].at > item.at; at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
  heap[at] = item;
}

static struct due pop(void) {
  struct due first = heap[0], last = heap[--heap_size];
  size_t at = 0;
  for (;;) {
    size_t child = at * 2 + 1;
    if (child >= heap_size) break;
    if (child + 1 < heap_size && heap[child + 1].at < heap[child].at) child++;
    if (heap[child].at >= last.at) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}

/* splitmix64, then Box and Muller. */
static uint64_t state;
static double uniform(void) {
  uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}
static double normal(void) { return sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform()); }

static void end(int signal) { (void)signal; ended = 1; }

static int listen_on(int port) {
  int one = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (s < 0 || bind(s, (struct sockaddr *)&address, sizeof address) < 0 || listen(s, 4096) < 0) die("listen");
  return s;
}

int main(int count, char **words) {
  if (count < 5) { fprintf(stderr, "usage: see server.c\n"); return 2; }
  int fixed = strcmp(words[3], "fixed") == 0;
  double first_ms = atof(words[4]), second = count > 5 ? atof(words[5]) : 0, third = count > 6 ? atof(words[6]) : 0;
  uint64_t freeze = fixed ? (uint64_t)(second * NS_PER_MS) : 0, period = fixed ? (uint64_t)(third * NS_PER_MS) : 0;
  double sigma = fixed ? 0 : log(second / first_ms) / 2.3263478740408408;
  state = fixed ? 0 : (uint64_t)third;

  struct rlimit files = {20000, 20000};
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, end);
  int listener = listen_on(atoi(words[1])), poll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[EVENTS];
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  puts("listening");
  fflush(stdout);

  uint64_t start = now();
  char text[65536];
  while (!ended) {
    uint64_t at = now();
    if (period > 0 && (at - start) % period < freeze) {
      struct timespec rest = {0, 0};
      uint64_t left = freeze - (at - start) % period;
      rest.tv_sec = (time_t)(left / 1000000000ull);
      rest.tv_nsec = (long)(left % 1000000000ull);
      nanosleep(&rest, NULL);
      continue;
    }
    while (heap_size > 0 && heap[0].at <= at) {
      struct due item = pop();
      if (write(item.socket, ANSWER, sizeof ANSWER - 1) < 0) continue;
      seen = grown(seen, seen_count, &seen_room, sizeof *seen);
      seen[seen_count++] = (struct seen){item.read_at, now() - item.read_at};
    }
    /* Asleep while nothing is due within 2 ms: a request wakes it, and an answer is never late for its sleep. */
    int ready = epoll_wait(poll, events, EVENTS, heap_size == 0 ? 10 : heap[0].at > at + 2 * NS_PER_MS);
    for (int i = 0; i < ready; i++) {
      int s = events[i].data.fd;
      if (s == listener) {
        int one = 1, made;
        while ((made = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          event = (struct epoll_event){.events = EPOLLIN, .data.fd = made};
          epoll_ctl(poll, EPOLL_CTL_ADD, made, &event);
        }
        continue;
      }
      ssize_t got = read(s, text, sizeof text);
      if (got <= 0) {
        if (got == 0 || errno != EAGAIN) close(s);
        continue;
      }
      uint64_t read_at = now();
      double ms = fixed ? first_ms : first_ms * exp(sigma * normal());
      push((struct due){read_at + (uint64_t)(ms * NS_PER_MS), read_at, s});
    }
  }
  FILE *log_file = fopen(words[2], "w");
  if (!log_file) die(words[2]);
  for (size_t i = 0; i < seen_count; i++)
    fprintf(log_file, "%llu %llu\n", (unsigned long long)seen[i].read_at, (unsigned long long)seen[i].took);
  return fclose(log_file) == 0 ? 0 : 1;
}
