using System.Collections.Generic;

namespace Lazop.Api
{
    /// <summary>A call: its path, its method, its parameters and files.</summary>
    public class LazopRequest
    {
        private string apiName;
        private string httpMethod = "POST";
        private Dictionary<string, string> parameters;
        private Dictionary<string, FileItem> files;
        private Dictionary<string, string> headers;

        /// <summary>A call whose path is set later.</summary>
        public LazopRequest()
        {
        }

        /// <summary>A call of a path, such as "/order/get".</summary>
        public LazopRequest(string apiName)
        {
            this.apiName = apiName;
        }

        /// <summary>A parameter. Empty ones are left out; a later one takes the place of an earlier one.</summary>
        public void AddApiParameter(string key, string value)
        {
            Add(ref parameters, key, value);
        }

        /// <summary>A file. The call is then sent by POST.</summary>
        public void AddFileParameter(string key, FileItem file)
        {
            if (files == null)
            {
                files = new Dictionary<string, FileItem>();
            }
            files.Add(key, file);
        }

        /// <summary>An HTTP header.</summary>
        public void AddHeaderParameter(string key, string value)
        {
            Add(ref headers, key, value);
        }

        /// <summary>The path.</summary>
        public string GetApiName()
        {
            return apiName;
        }

        /// <summary>Sets the path.</summary>
        public void SetApiName(string apiName)
        {
            this.apiName = apiName;
        }

        /// <summary>GET or POST.</summary>
        public string GetHttpMethod()
        {
            return httpMethod;
        }

        /// <summary>Sets GET or POST; POST by default.</summary>
        public void SetHttpMethod(string httpMethod)
        {
            this.httpMethod = httpMethod;
        }

        /// <summary>The parameters.</summary>
        public IDictionary<string, string> GetParameters()
        {
            return parameters ?? (parameters = new Dictionary<string, string>());
        }

        /// <summary>The files, or null.</summary>
        public IDictionary<string, FileItem> GetFileParameters()
        {
            return files;
        }

        /// <summary>The headers, or null.</summary>
        public IDictionary<string, string> GetHeaderParameters()
        {
            return headers;
        }

        private static void Add(ref Dictionary<string, string> values, string key, string value)
        {
            if (values == null)
            {
                values = new Dictionary<string, string>();
            }
            if (!string.IsNullOrEmpty(key) && !string.IsNullOrEmpty(value))
            {
                values[key] = value;
            }
        }
    }
}
