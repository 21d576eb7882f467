// Typed access to the parts of libcurl that Swift cannot call: its variadic functions.
//
// There is one function for each option that is used, with the option's constant inside, so that libcurl's own
// compile-time type check sees every argument. Everything else of libcurl is called directly.

#ifndef CCURL_H
#define CCURL_H

// Gives handles distinct types instead of `void *`.
#ifndef CURL_STRICTER
#define CURL_STRICTER
#endif
#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

// MARK: Easy handle, set once

CURLcode ccurl_easy_set_private(CURL *easy, uintptr_t id);
CURLcode ccurl_easy_set_error_buffer(CURL *easy, char *buffer);
CURLcode ccurl_easy_set_share(CURL *easy, CURLSH *share);
CURLcode ccurl_easy_set_protocols(CURL *easy, const char *list);
CURLcode ccurl_easy_set_no_signal(CURL *easy, bool on);
CURLcode ccurl_easy_set_follow_location(CURL *easy, bool on);
CURLcode ccurl_easy_set_http09_allowed(CURL *easy, bool on);
CURLcode ccurl_easy_set_http_version(CURL *easy, long version);
CURLcode ccurl_easy_set_proxy(CURL *easy, const char *proxy);
CURLcode ccurl_easy_set_netrc(CURL *easy, long mode);
CURLcode ccurl_easy_set_tcp_nodelay(CURL *easy, bool on);
CURLcode ccurl_easy_set_dns_cache_timeout(CURL *easy, long seconds);
CURLcode ccurl_easy_set_max_lifetime_connection(CURL *easy, long seconds);
CURLcode ccurl_easy_set_user_agent(CURL *easy, const char *name);
CURLcode ccurl_easy_set_verify_peer(CURL *easy, bool on);
CURLcode ccurl_easy_set_verify_host(CURL *easy, long level);
CURLcode ccurl_easy_set_ssl_version(CURL *easy, long lowest);
CURLcode ccurl_easy_set_ca_file(CURL *easy, const char *path);
CURLcode ccurl_easy_set_ca_directory(CURL *easy, const char *path);
CURLcode ccurl_easy_set_write(CURL *easy, curl_write_callback callback, void *context);
CURLcode ccurl_easy_set_header(CURL *easy, curl_write_callback callback, void *context);
CURLcode ccurl_easy_set_open_socket(CURL *easy, curl_opensocket_callback callback, void *context);
CURLcode ccurl_easy_set_prereq(CURL *easy, curl_prereq_callback callback, void *context);
CURLcode ccurl_easy_set_resolver_start(CURL *easy, curl_resolver_start_callback callback, void *context);

// MARK: Easy handle, set for each transfer

CURLcode ccurl_easy_set_url(CURL *easy, const char *url);
CURLcode ccurl_easy_set_http_get(CURL *easy);
CURLcode ccurl_easy_set_no_body(CURL *easy);
// `bytes` is not copied: it has to live until the handle is removed from its multi handle.
CURLcode ccurl_easy_set_post(CURL *easy, const void *bytes, curl_off_t count);
CURLcode ccurl_easy_set_custom_request(CURL *easy, const char *method);
// The lists are not copied either.
CURLcode ccurl_easy_set_http_header(CURL *easy, struct curl_slist *list);
CURLcode ccurl_easy_set_resolve(CURL *easy, struct curl_slist *list);
CURLcode ccurl_easy_set_timeout_ms(CURL *easy, long milliseconds);
CURLcode ccurl_easy_set_connect_timeout_ms(CURL *easy, long milliseconds);
CURLcode ccurl_easy_set_fresh_connect(CURL *easy, bool on);
CURLcode ccurl_easy_set_forbid_reuse(CURL *easy, bool on);
CURLcode ccurl_easy_set_unix_socket_path(CURL *easy, const char *path);
// libcurl copies the bytes of these three.
CURLcode ccurl_easy_set_ca_blob(CURL *easy, const void *bytes, size_t count);
CURLcode ccurl_easy_set_certificate_blob(CURL *easy, const void *bytes, size_t count);
CURLcode ccurl_easy_set_private_key_blob(CURL *easy, const void *bytes, size_t count);

// MARK: What a transfer tells

// Times are in microseconds since libcurl began the transfer; zero means that the step did not take place.
typedef struct {
    long status;
    curl_off_t connected;
    curl_off_t secured;
    curl_off_t first_byte;
} ccurl_transfer_info;

ccurl_transfer_info ccurl_easy_transfer_info(CURL *easy);
// The announced length of the body, or -1.
curl_off_t ccurl_easy_content_length(CURL *easy);

// MARK: Multi and share handle

CURLMcode ccurl_multi_set_max_connects(CURLM *multi, long count);
CURLMcode ccurl_multi_disable_multiplexing(CURLM *multi);
// Takes the next finished transfer: its handle's private id and result. False when there is none.
bool ccurl_multi_next_done(CURLM *multi, uintptr_t *id, CURLcode *result);
CURLSHcode ccurl_share_tls_sessions(CURLSH *share);

#endif
